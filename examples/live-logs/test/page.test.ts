import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBrowser, launchBrowser, NO_BROWSER, visit } from "../../chat/test/browser.ts";
import { freePort } from "../../chat/test/chat-process.ts";
import { hostileStrings } from "../../chat/test/hostile-strings.ts";
import { startTcpProxy } from "../../chat/test/tcp-proxy.ts";
import type { LinePump } from "../line-pump.ts";
import { openSource } from "../log-source.ts";
import { type LiveLogs, startLiveLogs } from "../start.ts";

const missing = findBrowser() === undefined;
const clock = {
  now: Date.now,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};
let browser: Browser;
let port: number;
let logs: LiveLogs | undefined;
let sources = 0;

async function source(): Promise<{ name: string; pump: LinePump }> {
  if (!logs) throw new Error("no server");
  const name = `app-${++sources}`;
  return { name, pump: await openSource(logs.server.hub, name, { clock, id: name }) };
}

const lines = (from: number, to: number) =>
  Buffer.from(
    Array.from({ length: to - from + 1 }, (_, index) => `INFO line ${from + index}\n`).join(""),
  );

async function feed(pump: LinePump, bytes: Uint8Array): Promise<void> {
  await pump.write(bytes);
  await pump.end();
}

const row = (page: Page, n: number) => page.locator(`.line[data-n="${n}"]`);
const numbers = (page: Page) =>
  page
    .locator(".line")
    .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-n"))));

function contiguous(list: number[]): boolean {
  return list.every((n, index) => index === 0 || n === (list[index - 1] ?? 0) + 1);
}

describe.sequential("the page", { timeout: 60_000 }, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  beforeAll(async () => {
    if (missing) return;
    port = await freePort();
    const options = { port, host: "127.0.0.1", files: [], stdin: "stdin" };
    [browser, logs] = await Promise.all([
      launchBrowser(),
      startLiveLogs(options, undefined, { signals: false, drainMs: 100 }),
    ]);
  }, 60_000);

  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await logs?.close();
  });

  const visitLogs = (name: string, at = port) =>
    visit(browser, `http://localhost:${at}`, { room: name });

  it("shows new lines, loads older ones, and filters", async () => {
    const { name, pump } = await source();
    await feed(pump, lines(1, 30_000));
    const { page, trouble } = await visitLogs(name);
    await row(page, 30_000).waitFor();
    await feed(pump, Buffer.from("ERROR broken\n"));
    await row(page, 30_001).waitFor();
    const first = (await numbers(page))[0] ?? 0;
    await page.locator("#older").click();
    await row(page, first - 1).waitFor({ state: "attached" });
    expect(contiguous(await numbers(page))).toBe(true);

    await page.locator("#filter").fill("BROKEN");
    expect(await page.locator(".line:visible").count()).toBe(1);
    await page.locator("#levels [data-level=error]").click();
    expect(await page.locator(".line:visible").count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it("pauses with the Space key and resumes without loss", async () => {
    const { name, pump } = await source();
    await feed(pump, lines(1, 100));
    const { page } = await visitLogs(name);
    await row(page, 100).waitFor();
    await page.keyboard.press("Space");
    await page.getByText("Resume", { exact: true }).waitFor();
    await feed(pump, lines(101, 3000));
    await page.getByText("2900 lines waiting").waitFor();
    expect(await row(page, 101).count()).toBe(0);
    await page.keyboard.press("Space");
    await row(page, 3000).waitFor();
    const shown = await numbers(page);
    expect(shown).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
  });

  it("bounds its rows", async () => {
    const { name, pump } = await source();
    await feed(pump, lines(1, 10));
    const { page } = await visitLogs(name);
    await row(page, 10).waitFor();
    await feed(pump, lines(11, 20_000));
    await row(page, 20_000).waitFor({ timeout: 40_000 }); // 20,000 lines take a busy machine long.
    const shown = await numbers(page);
    expect(shown.length).toBeLessThanOrEqual(5000);
    expect(contiguous(shown)).toBe(true);
    await page.locator("#stream").press("Home");
    await row(page, (shown[0] ?? 0) - 1).waitFor({ state: "attached" });
    await feed(pump, lines(20_001, 20_100));
    await page.getByText("lines waiting").waitFor();
    expect(contiguous(await numbers(page))).toBe(true);
    await page.locator("#to-newest").click();
    await row(page, 20_100).waitFor();
    expect(contiguous(await numbers(page))).toBe(true);
    await feed(pump, lines(20_101, 20_101));
    await row(page, 20_101).waitFor();
  });

  it("misses nothing after a lost connection", async () => {
    const { name, pump } = await source();
    await feed(pump, lines(1, 10));
    const proxy = await startTcpProxy(port);
    // The server knows its own origin only, so the page's socket must come from there.
    const { page } = await visitLogs(name);
    await page.close();
    const context = await browser.newContext();
    const cut = await context.newPage();
    await cut.addInitScript((proxied) => {
      const Real = window.WebSocket;
      window.WebSocket = class extends Real {
        constructor(url: string | URL, protocols?: string | string[]) {
          const address = new URL(url);
          address.port = String(proxied);
          super(address, protocols);
        }
      };
    }, proxy.port);
    await cut.goto(`http://localhost:${port}/#${name}`);
    await row(cut, 10).waitFor();
    proxy.cut();
    await cut.locator("#banner[data-kind=waiting]").waitFor();
    await feed(pump, lines(11, 2000));
    proxy.mend();
    await row(cut, 2000).waitFor();
    expect(await numbers(cut)).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1));
    await cut.locator("#banner[data-kind=none]").waitFor({ state: "attached" });
    await context.close();
    await proxy.close();
  });

  it("shows hostile lines as text, and axe finds nothing", async () => {
    const { name, pump } = await source();
    await feed(pump, Buffer.from(hostileStrings.join("\n")));
    await feed(pump, Buffer.from("\nERROR e\nWARN w\nDEBUG d\nthe last\n"));
    const { page, trouble } = await visitLogs(name);
    await page.getByText("the last", { exact: true }).waitFor();
    expect(await page.evaluate(() => "pwned" in window)).toBe(false);
    expect(await page.locator("#log :not(div, span, time)").count()).toBe(0);
    expect(trouble).toEqual([]);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(`${axe.source};0`);
      const found = await page.evaluate(async () => {
        const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      expect(found).toEqual([]);
    }
  });
});
