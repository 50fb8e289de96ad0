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

const missing = findBrowser() === undefined;
let browser: Browser;
let port: number;
let server: ChatProcess;
let guests: Guest[] = [];

describe.sequential("the server is restarted", { timeout: 40_000 }, () => {
  beforeEach((context) => context.skip(missing, NO_BROWSER));

  beforeAll(async () => {
    if (missing) return;
    port = await freePort();
    [browser, server] = await Promise.all([launchBrowser(), startChat(port)]);
  }, 30_000);

  afterEach(async () => {
    for (const { context, trouble } of guests) {
      expect(trouble).toEqual([]);
      await context.close();
    }
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop("SIGKILL");
  });

  async function meet(room: string): Promise<[Guest, Guest]> {
    const origin = `http://localhost:${port}`;
    const ana = await visit(browser, origin, { name: "Ana", room });
    guests = [ana];
    const bo = await visit(browser, origin, { name: "Bo", room });
    guests = [ana, bo];
    await write(ana.page, "before");
    await bo.page.getByText("before").waitFor();
    return [ana, bo];
  }

  async function settled(): Promise<void> {
    for (const { page } of guests) {
      await page.getByText("You’re back.").waitFor();
      await page
        .locator(".message[data-state=waiting], .message[data-state=sending]")
        .first()
        .waitFor({ state: "detached" });
      await page
        .locator(".note", { hasText: "The server has forgotten this room’s history" })
        .waitFor();
    }
  }

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "with %s: what was written meanwhile arrives once, and the page says what is forgotten",
    async (signal) => {
      const [ana, bo] = await meet(`room-${signal}`);
      await server.stop(signal);
      await write(ana.page, "from Ana, in between");
      await write(bo.page, "from Bo, in between");
      await ana.page.locator(".message[data-state=waiting]").waitFor();
      await ana.page.getByText("Reconnecting… What you write").waitFor();
      server = await startChat(port);
      await settled();
      await ana.page.getByText("from Bo").waitFor();
      await bo.page.getByText("from Ana").waitFor();

      const heard = await texts(ana.page);
      expect(heard[0]).toBe("before");
      expect(heard.slice(1).sort()).toEqual(["from Ana, in between", "from Bo, in between"]);
      expect(await texts(bo.page)).toEqual(heard);
    },
  );

  it("killed while messages are on their way: each is there exactly once", async () => {
    const [ana, bo] = await meet("storm");
    const said = Array.from({ length: 12 }, (_, index) => `gust ${index + 1}.`);
    for (const text of said.slice(0, 6)) await write(ana.page, text);
    const killed = server.stop("SIGKILL"); // Some are stored, some acked, some neither.
    for (const text of said.slice(6)) await write(ana.page, text);
    await killed;
    server = await startChat(port);
    await settled();
    await bo.page.getByText("gust 12.").waitFor();
    expect((await texts(ana.page)).slice(1).sort()).toEqual([...said].sort());

    const heard = (await texts(bo.page)).slice(1);
    expect(new Set(heard).size).toBe(heard.length);
    expect(heard.filter((text) => Number(text.slice(5, -1)) > 6)).toEqual(said.slice(6));
  });
});
