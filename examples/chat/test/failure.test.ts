import { request } from "node:http";
import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startNode } from "../start-node.ts";
import { findBrowser, launchBrowser, NO_BROWSER, texts, visit, write } from "./browser.ts";
import { freePort } from "./chat-process.ts";

const missing = findBrowser() === undefined;
let browser: Browser | undefined;
let port: number;
let server: Awaited<ReturnType<typeof startNode>>;

beforeAll(async () => {
  port = await freePort();
  server = await startNode(
    { port, host: "127.0.0.1", origins: [] },
    { signals: false, drainMs: 100 },
  );
  if (!missing) browser = await launchBrowser();
}, 30_000);

afterAll(async () => {
  await browser?.close();
  await server.close();
});

/** Stands between page and server, and refuses the first message that says `word`. */
function refuseOnce(route: WebSocketRoute, word: string): void {
  const upstream = route.connectToServer();
  let refused = false;
  route.onMessage((message) => {
    const text = String(message);
    if (refused || !text.includes(word)) return upstream.send(text);
    refused = true;
    const frames = [JSON.parse(text)].flat();
    for (const { mid, room } of frames.filter(({ type }) => type === "publish")) {
      const error = { type: "error", code: "rejected", reason: "rude", message: "Please be kind." };
      route.send(JSON.stringify({ ...error, retryable: false, mid, room }));
    }
  });
}

describe("a message that is refused", { timeout: 30_000 }, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  it("stays with the reason, and can be sent again or dropped", async () => {
    if (!browser) return;
    const { page, context, trouble } = await visit(browser, `http://localhost:${port}`, {});
    await page.routeWebSocket(/\/chat$/, (route) => refuseOnce(route, "grumble"));
    await page.getByLabel("Your name").fill("Ana");
    await page.getByRole("button", { name: "Continue" }).click();
    await write(page, "grumble");
    await page.locator(".message[data-state=failed]", { hasText: "Please be kind." }).waitFor();
    await write(page, "hello");
    await page.locator(".message[data-state=acked]").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".message[data-state=acked]", { hasText: "grumble" }).waitFor();
    expect(await texts(page)).toEqual(["hello", "grumble"]);
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(trouble).toEqual([]);
    await context.close();
  });

  it("is not sent at all when it is too long", async () => {
    if (!browser) return;
    const { page, context } = await visit(browser, `http://localhost:${port}`, {
      name: "Ana",
      room: "long",
    });
    const field = page.locator("#composer-text");
    await field.fill("x".repeat(1950));
    expect(await page.locator("#composer-count").textContent()).toBe("50 left");
    await field.fill("x".repeat(2010));
    expect(await page.locator("#composer-count").textContent()).toBe("10 too many");
    await field.press("Enter");
    expect(await page.locator("#send").isDisabled()).toBe(true);
    await field.fill("x".repeat(2000));
    await field.press("Enter");
    await page.locator(".message[data-state=acked]").waitFor();
    expect(await texts(page)).toEqual(["x".repeat(2000)]);
    await context.close();
  });
});

describe("a page of another origin", () => {
  function shakeHands(origin: string | undefined): Promise<number | undefined> {
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
      "sec-websocket-protocol": "hubbub.v1",
      ...(origin === undefined ? {} : { origin }),
    };
    return new Promise((resolve, reject) => {
      const upgrade = request({ port, host: "127.0.0.1", path: "/chat", headers });
      upgrade.on("response", ({ statusCode }) => resolve(statusCode));
      upgrade.on("upgrade", (_, socket) => {
        socket.destroy();
        resolve(101);
      });
      upgrade.on("error", reject);
      upgrade.end();
    });
  }

  it("may not connect; the example's own may", async () => {
    const hosts = ["localhost", "127.0.0.1"].map((host) => `http://${host}:${port}`);
    for (const origin of hosts) expect([origin, await shakeHands(origin)]).toEqual([origin, 101]);
    const foreign = [
      "http://evil.example",
      "null",
      "",
      `https://localhost:${port}`,
      `http://LOCALHOST:${port}`,
      "http://localhost",
      `http://localhost:${port}.evil.example`,
      `http://localhost:${port}@evil.example`,
      `http://user@localhost:${port}`,
      `http://localhost:${port}/`,
      undefined,
    ];
    for (const origin of foreign) expect([origin, await shakeHands(origin)]).toEqual([origin, 403]);
  });
});
