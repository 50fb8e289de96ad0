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

describe.sequential("two people chat over API Gateway and COS on this machine", {
  timeout: 30_000,
}, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  beforeAll(async () => {
    if (missing) return;
    const port = await freePort();
    proxy = await startTcpProxy(port);
    const allowed = `http://localhost:${proxy.port}`;
    [browser, server] = await Promise.all([
      launchBrowser(),
      startChat(port, ["--as", "tencent", "--origin", allowed]),
    ]);
  }, 30_000);

  afterEach(async () => {
    for (const { context, trouble } of guests) {
      expect(trouble).toEqual([]);
      await context.close();
    }
    guests = [];
  });

  afterAll(async () => {
    await browser?.close();
    await proxy?.close();
    await server?.stop("SIGTERM");
  });

  async function come(name: string, room: string, port = server.port): Promise<Guest> {
    const guest = await visit(browser, `http://localhost:${port}`, { name, room });
    guests.push(guest);
    return guest;
  }

  it("who is there, who writes, what both say, and what a third finds later", async () => {
    const [ana, bo] = [await come("Ana", "hall"), await come("Bo", "hall")];
    for (const { page } of [ana, bo]) {
      await page.locator("#room-sub", { hasText: "2 online" }).waitFor();
    }
    await bo.page.locator("#composer-text").pressSequentially("Hel");
    await ana.page.locator("#typing", { hasText: "Bo is typing…" }).waitFor();
    await write(bo.page, "Hello, Ana");
    await bo.page.locator(".message.own[data-state=acked]").waitFor();
    await ana.page.getByText("Hello, Ana").waitFor();
    await write(ana.page, "Hello, Bo");
    await bo.page.getByText("Hello, Bo").waitFor();

    const cid = await come("Cid", "hall");
    await cid.page.getByText("Hello, Bo").waitFor();
    for (const { page } of guests) expect(await texts(page)).toEqual(["Hello, Ana", "Hello, Bo"]);
  });

  it("and the one whose network was cut gets what was said meanwhile", async () => {
    const [ana, bo] = [await come("Ana", "cut"), await come("Bo", "cut", proxy.port)];
    await write(ana.page, "before");
    await bo.page.getByText("before").waitFor();
    proxy.cut();
    await write(ana.page, "meanwhile");
    await ana.page.locator(".message.own[data-state=acked]").nth(1).waitFor();
    proxy.mend();
    await bo.page.getByText("meanwhile").waitFor();
    expect(await texts(bo.page)).toEqual(["before", "meanwhile"]);
  });
});
