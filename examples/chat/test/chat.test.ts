import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  findBrowser,
  type Guest,
  launchBrowser,
  NO_BROWSER,
  texts,
  visit,
  write,
} from "./browser.ts";
import { type ChatProcess, freePort, startChat } from "./chat-process.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

const missing = findBrowser() === undefined;
let browser: Browser;
let proxy: TcpProxy;
let server: ChatProcess;
let guests: Guest[] = [];

const five = ["one", "two", "three", "four", "five"];

describe.sequential("two people chat", { timeout: 30_000 }, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  beforeAll(async () => {
    if (missing) return;
    const port = await freePort();
    proxy = await startTcpProxy(port);
    const allowed = `http://localhost:${proxy.port}`;
    [browser, server] = await Promise.all([
      launchBrowser(),
      startChat(port, ["--origin", allowed]),
    ]);
  }, 30_000);

  beforeEach(() => {
    guests = [];
  });

  afterEach(async () => {
    for (const { context, trouble } of guests) {
      expect(trouble).toEqual([]);
      await context.close();
    }
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.stop("SIGTERM");
  });

  async function meet(room: string, throughProxy = false): Promise<[Guest, Guest]> {
    const direct = `http://localhost:${server.port}`;
    const ana = await visit(browser, direct, { name: "Ana", room });
    guests.push(ana);
    const origin = throughProxy ? `http://localhost:${proxy.port}` : direct;
    const bo = await visit(browser, origin, { name: "Bo", room });
    guests.push(bo);
    for (const { page } of guests) {
      await page.locator("#room-sub", { hasText: "2 online" }).waitFor();
    }
    return [ana, bo];
  }

  it("shows both what both say, who is there, who writes, and what was delivered", async () => {
    const [ana, bo] = await meet("hall");
    expect(await ana.page.locator(".person-name").allTextContents()).toEqual(["Ana", "Bo"]);

    await bo.page.locator("#composer-text").pressSequentially("Hel");
    await ana.page.locator("#typing", { hasText: "Bo is typing…" }).waitFor();
    await write(bo.page, "Hello, Ana");
    await bo.page.locator(".message.own[data-state=acked]").waitFor();
    await ana.page.getByText("Hello, Ana").waitFor();
    expect(await ana.page.locator("#typing").textContent()).toBe("");

    await write(ana.page, "Hello, Bo");
    await bo.page.getByText("Hello, Bo").waitFor();
    for (const { page } of guests) expect(await texts(page)).toEqual(["Hello, Ana", "Hello, Bo"]);
  });

  it("shows a newcomer what was said, counts what is unread, and loads older messages", async () => {
    const [ana, bo] = await meet("stairs");
    await bo.page.getByLabel("Join or open a room").fill("#cellar");
    await bo.page.getByLabel("Join or open a room").press("Enter");
    await bo.page.locator("#room-title", { hasText: "#cellar" }).waitFor();
    const said = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
    for (const text of said) await write(ana.page, text);
    await bo.page
      .locator("a.room", { hasText: "stairs" })
      .locator(".unread", { hasText: "60" })
      .waitFor();
    expect(await bo.page.title()).toBe("(60) #cellar · hubbub");

    const cleo = await visit(browser, `http://localhost:${server.port}`, {
      name: "Cleo",
      room: "stairs",
    });
    guests.push(cleo);
    await cleo.page.getByText("line 60", { exact: true }).waitFor();
    expect(await texts(cleo.page)).toEqual(said.slice(10));
    await cleo.page.locator("#stream").evaluate((stream) => stream.scrollTo(0, 0));
    await cleo.page.getByText("line 1", { exact: true }).waitFor();
    expect(await texts(cleo.page)).toEqual(said);
    await cleo.page.getByText("This is the beginning of #stairs.").waitFor();

    await write(ana.page, "line 61");
    await cleo.page.getByRole("button", { name: "1 new message" }).click();
    await cleo.page.locator("#to-newest").waitFor({ state: "hidden" });
  });

  it("brings back everything that was missed while the network was gone", async () => {
    const [ana, bo] = await meet("tunnel", true);
    await write(bo.page, "zero");
    await ana.page.getByText("zero").waitFor();

    proxy.cut();
    await bo.page.getByText("Reconnecting… What you write").waitFor();
    await write(bo.page, "written in the dark");
    await bo.page.locator(".message[data-state=waiting]").waitFor();
    for (const text of five) await write(ana.page, text);
    await ana.page.locator(".message.own[data-state=acked]").nth(4).waitFor();
    proxy.mend();

    await bo.page.getByText("You’re back. 5 messages recovered.").waitFor();
    await ana.page.getByText("written in the dark").waitFor();
    await bo.page.locator(".message[data-state=waiting]").waitFor({ state: "detached" });
    const all = ["zero", ...five, "written in the dark"];
    expect(await texts(ana.page)).toEqual(all);
    expect(await texts(bo.page)).toEqual(all);
    expect(await bo.page.locator(".note").count()).toBe(0);
  });

  it("takes another name without losing its place", async () => {
    const [ana, bo] = await meet("mirror");
    await write(bo.page, "It’s me");
    await bo.page.getByRole("button", { name: "Rename yourself" }).click();
    await bo.page.getByLabel("Your name").fill("Bodil");
    await bo.page.getByRole("button", { name: "Continue" }).click();
    await ana.page.locator(".person-name", { hasText: "Bodil" }).waitFor();
    await write(bo.page, "and still me");
    await ana.page.locator(".sender", { hasText: "Bodil" }).waitFor();
    expect(await texts(ana.page)).toEqual(["It’s me", "and still me"]);
    expect(await texts(bo.page)).toEqual(["It’s me", "and still me"]);
    expect(await bo.page.locator(".message.own").count()).toBe(2);
  });
});
