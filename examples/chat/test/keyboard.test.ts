import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startNode } from "../start-node.ts";
import { findBrowser, launchBrowser, NO_BROWSER, texts, visit } from "./browser.ts";
import { freePort } from "./chat-process.ts";

const missing = findBrowser() === undefined;
let browser: Browser;
let origin: string;
let server: Awaited<ReturnType<typeof startNode>> | undefined;

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.id ?? "");
}

async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`#${id} can't be reached with the Tab key`);
}

/** What axe finds. It is evaluated, not loaded: the page's policy lets no other script in. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source};0`);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

describe.sequential("without a mouse", { timeout: 30_000 }, () => {
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

  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it("one can enter, write, join a room, switch rooms and leave", async () => {
    const { page, trouble } = await visit(browser, origin, {});
    const { keyboard } = page;
    await keyboard.press("Enter");
    await page.getByText("Please give a name.").waitFor();
    await keyboard.press("Escape");
    await keyboard.type("Ana");
    await keyboard.press("Enter");
    await page.locator("#connection[data-state=open]").waitFor();

    expect(await focused(page)).toBe("composer-text");
    await keyboard.type("first line");
    await keyboard.press("Shift+Enter");
    await keyboard.type("second line");
    await keyboard.press("Enter");
    await page.locator(".message[data-state=acked]").waitFor();
    expect(await texts(page)).toEqual(["first line\nsecond line"]);

    await tabTo(page, "join-name");
    await keyboard.type("attic");
    await keyboard.press("Enter");
    await page.locator("#room-title", { hasText: "#attic" }).waitFor();
    expect(await focused(page)).toBe("composer-text");
    await keyboard.press("Alt+ArrowUp");
    await page.locator("#room-title", { hasText: "#lobby" }).waitFor();
    await tabTo(page, "leave");
    await keyboard.press("Enter");
    await page.locator("#room-title", { hasText: "#attic" }).waitFor();
    expect(await page.locator("a.room").count()).toBe(1);
    await tabTo(page, "skip-link");
    await keyboard.press("Enter");
    expect(await focused(page)).toBe("composer-text");
    expect(trouble).toEqual([]);
  });

  it("drawers open, take the focus, and Escape gives it back", async () => {
    const { page } = await visit(browser, origin, {
      name: "Ana",
      context: { viewport: { width: 360, height: 640 } },
    });
    for (const [button, panel] of [
      ["show-rooms", "rooms-panel"],
      ["show-people", "people-panel"],
    ] as const) {
      await tabTo(page, button);
      await page.keyboard.press("Enter");
      await page.locator(`#${panel}.open`).waitFor();
      await page.waitForFunction(
        (id) => document.getElementById(id)?.contains(document.activeElement),
        panel,
      );
      await page.keyboard.press("Escape");
      await page.locator(`#${panel}`).waitFor({ state: "hidden" });
      expect(await focused(page)).toBe(button);
    }
  });

  it.each(["light", "dark"] as const)("axe finds nothing in the %s theme", async (colorScheme) => {
    const { page } = await visit(browser, origin, { context: { colorScheme } });
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type("Ana");
    await page.keyboard.press("Enter");
    await server?.hub.publish(
      "lobby",
      "say",
      { text: "See https://example.org" },
      { from: { id: "guest-x", name: "Bo" } },
    );
    await page.getByText("See https").first().waitFor();
    await page.keyboard.type("Nice");
    await page.keyboard.press("Enter");
    await page.locator(".message[data-state=acked]").waitFor();
    await page.locator("#room-sub", { hasText: "1 online" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 640 });
    await page.locator("#show-rooms").click();
    expect(await violations(page)).toEqual([]);
  });
});
