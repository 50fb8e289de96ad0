import type { ChatServer } from "@hubbub/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startNode } from "../start-node.ts";
import { findBrowser, launchBrowser, NO_BROWSER, visit, write } from "./browser.ts";
import { freePort } from "./chat-process.ts";
import { findDamage } from "./damage.ts";
import { hostileStrings } from "./hostile-strings.ts";

const missing = findBrowser() === undefined;
const PHONE = { viewport: { width: 360, height: 640 } };
let browser: Browser;
let origin: string;
let server: Awaited<ReturnType<typeof startNode>>;

/** A lone surrogate can't stand in an address. */
const safe = (text: string) => text.replace(/\p{Cs}/gu, "");

describe.sequential("hostile strings", { timeout: 40_000 }, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  beforeAll(async () => {
    if (missing) return;
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const options = { port, host: "127.0.0.1", origins: [] };
    [browser, server] = await Promise.all([
      launchBrowser(),
      startNode(options, { signals: false, drainMs: 100 }),
    ]);
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    await (server as ChatServer | undefined)?.close();
  });

  it("stay text in messages and as their senders' names", async () => {
    const { page, trouble, context } = await visit(browser, origin, {
      name: "Ana",
      room: "pit",
      context: PHONE,
    });
    await page.locator("#room-sub", { hasText: "1 online" }).waitFor();
    for (const [index, text] of hostileStrings.entries()) {
      await server.hub.publish(
        "pit",
        "say",
        { text },
        { from: { id: `guest-${index}`, name: text } },
      );
    }
    await page.locator(`.message[data-seq="${hostileStrings.length}"]`).waitFor();
    // Escaped, so that lone surrogates survive the way into the browser.
    const different = await page.evaluate((json) => {
      const texts: string[] = JSON.parse(json);
      const shown = [...document.querySelectorAll(".message .text")].map(
        (node) => node.textContent,
      );
      const names = [...document.querySelectorAll(".message .sender")].map(
        (node) => node.textContent,
      );
      return texts.flatMap((text, index) =>
        shown[index] === text && names[index] === text ? [] : [index],
      );
    }, JSON.stringify(hostileStrings));
    expect(different).toEqual([]);
    expect(await findDamage(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await findDamage(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it("stay text as one's own name and as names of rooms", async () => {
    for (let start = 0; start < hostileStrings.length; start += 40) {
      const rooms = hostileStrings.slice(start, start + 40);
      const { page, trouble, context } = await visit(browser, origin, { context: PHONE });
      const values = JSON.stringify({ rooms, name: rooms[start / 40] });
      await page.evaluate((json) => {
        const { rooms, name } = JSON.parse(json);
        localStorage.setItem("hubbub.guest-1.rooms", JSON.stringify(rooms));
        localStorage.setItem("hubbub.guest-1.name", name);
      }, values);
      await page.goto(`${origin}/?again#${encodeURIComponent(safe(rooms[7] ?? ""))}`);
      const field = page.getByLabel("Your name", { exact: true });
      if (await field.isVisible()) {
        await field.fill("Ana");
        await field.press("Enter");
      }
      await page.locator("#connection[data-state=open]").waitFor({ state: "attached" });
      await page.locator("#room-sub", { hasText: "online" }).waitFor();
      await page.locator("#show-rooms").click();
      expect(await findDamage(page)).toEqual([]);
      expect(trouble).toEqual([]);
      await context.close();
    }
  });

  it("that are typed arrive as they were typed", async () => {
    const ana = await visit(browser, origin, { name: "<img src=x onerror=alert(1)>", room: "<b>" });
    const bo = await visit(browser, origin, { name: "\u202EBo", room: "<b>" });
    const typed = hostileStrings.slice(0, 20);
    for (const text of typed) await write(ana.page, text);
    await bo.page
      .locator(".message")
      .nth(typed.length - 1)
      .waitFor();
    expect(await bo.page.locator(".message .text").allTextContents()).toEqual(typed);
    expect(await bo.page.locator(".sender").first().textContent()).toBe(
      "<img src=x onerror=alert(1)>",
    );
    expect(await ana.page.locator("#room-title").textContent()).toBe("#<b>");
    for (const { page, trouble, context } of [ana, bo]) {
      expect(await findDamage(page)).toEqual([]);
      expect(trouble).toEqual([]);
      await context.close();
    }
  });
});
