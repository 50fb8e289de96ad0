import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startClassic } from "./classic-kit.ts";
import { classicPage } from "./classic-page.ts";
import { findBrowser, NO_BROWSER } from "./find-browser.ts";

const executablePath = findBrowser();
const ARGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
let browser: Browser;

describe("the classic page, in a browser", { timeout: 60_000 }, () => {
  beforeEach((context) => context.skip(executablePath === undefined, NO_BROWSER));

  beforeAll(async () => {
    if (executablePath) browser = await chromium.launch({ executablePath, args: ARGS });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  /** Serves the page, and opens it in a window of its own each time. */
  async function serve(url: string): Promise<() => Promise<Page>> {
    const server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8").end(classicPage(url));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return async () => {
      const page = await browser.newPage();
      page.setDefaultTimeout(20_000);
      onTestFinished(() => page.close());
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction('document.title === "open"');
      return page;
    };
  }

  const lines = (page: Page) => page.locator("#lines li").allTextContents();
  const say = async (page: Page, text: string) => {
    await page.locator("#text").fill(text);
    await page.locator("button").click();
  };

  it("shows the other page what was sent and how many are there, and its own nothing", async () => {
    const { gateway, problems } = await startClassic();
    const open = await serve(gateway.url);
    const [ann, bob] = [await open(), await open()];
    await say(ann, "hi");
    await bob.getByText("hi(===Online people:2===)", { exact: true }).waitFor();
    await say(bob, "<b>hello</b> 你好");
    await ann.getByText("<b>hello</b> 你好(===Online people:2===)", { exact: true }).waitFor();
    expect(await lines(ann)).toEqual(["<b>hello</b> 你好(===Online people:2===)"]);
    expect(await lines(bob)).toEqual(["hi(===Online people:2===)"]);
    expect(problems).toEqual([]);
  });

  it("counts right as soon as a page was closed", async () => {
    const { gateway, settled, problems } = await startClassic();
    const open = await serve(gateway.url);
    const [ann, bob, cem] = [await open(), await open(), await open()];
    await cem.close();
    await settled(2);
    await say(ann, "who is left?");
    await bob.getByText("who is left?(===Online people:2===)", { exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  it("is one of more than 1,000", async () => {
    const { connect, gateway, problems } = await startClassic();
    const open = await serve(gateway.url);
    const [ann, bob] = [await open(), await open()];
    const others: Awaited<ReturnType<typeof connect>>[] = [];
    for (let n = 0; n < 1010; n += 101) {
      others.push(...(await Promise.all(Array.from({ length: 101 }, connect))));
    }
    await say(ann, "hi");
    await bob.getByText("hi(===Online people:1012===)", { exact: true }).waitFor();
    const heard = () => others.filter(({ lines }) => lines.length === 1).length;
    await expect.poll(heard, { timeout: 20_000 }).toBe(1010);
    expect(await lines(ann)).toEqual([]);
    expect(problems).toEqual([]);
  });
});
