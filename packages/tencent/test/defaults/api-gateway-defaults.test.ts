import { once } from "node:events";
import { createServer } from "node:http";
import type { ConnectionStore } from "@hubbub/core";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createPushUrlPusher, type PushUrlPusherOptions } from "../../src/api-gateway.ts";
import { arrival, createBackend, createDirect, message } from "../api-gateway/functions-kit.ts";

/** A push URL that answers as it is told, and a pusher to it, with all defaults but these. */
async function start(options: Partial<PushUrlPusherOptions> = {}) {
  const open: (() => void)[] = [];
  let sockets = 0;
  const server = createServer((_request, response) => {
    open.push(() => response.end('{"errNo":0,"errMsg":"ok"}'));
  });
  server.on("connection", () => sockets++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}/api-x`;
  const pusher = createPushUrlPusher({ url, ...options });
  onTestFinished(() => {
    pusher.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { pusher, url, open, sockets: () => sockets };
}

describe("a pusher, by default", () => {
  it("waits two seconds for an answer", async () => {
    const clock = createVirtualClock();
    const { pusher, open } = await start({ clock });
    const results: string[] = [];
    const sent = pusher.send("a==", "hi").then((result) => results.push(result));
    await vi.waitFor(() => expect(open).toHaveLength(1));
    await clock.advance(1999);
    expect(results).toEqual([]);
    await clock.advance(1);
    await sent;
    expect(results).toEqual(["throttled"]);
  });

  it("looks for its URL once a minute", async () => {
    const clock = createVirtualClock();
    const { url, open } = await start();
    let asked = 0;
    const find = () => {
      asked++;
      return url;
    };
    const pusher = createPushUrlPusher({ url: find, clock });
    onTestFinished(() => pusher.destroy());
    const send = async () => {
      const sent = pusher.send("a==", "hi");
      await vi.waitFor(() => expect(open).toHaveLength(1));
      open.pop()?.();
      return sent;
    };
    await send();
    await clock.advance(60_000);
    expect([await send(), asked]).toEqual(["sent", 1]);
    await clock.advance(1);
    expect([await send(), asked]).toEqual(["sent", 2]);
  });

  it("opens 256 connections, and no more", async () => {
    const { pusher, open, sockets } = await start({ clock: createVirtualClock() });
    const all = Promise.all(Array.from({ length: 257 }, (_, n) => pusher.send(`${n}`, "hi")));
    await vi.waitFor(() => expect(open).toHaveLength(256), { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve));
    expect([open.length, sockets()]).toEqual([256, 256]);
    for (const answer of open) answer();
    await vi.waitFor(() => expect(open).toHaveLength(257));
    open.at(-1)?.();
    expect(new Set(await all)).toEqual(new Set(["sent"]));
    expect(sockets()).toBe(256);
  });
});

describe("the functions, by default", () => {
  it("read 1,000 members at once, and have 128 pushes under way", async () => {
    const { store, log } = createBackend();
    const limits: number[] = [];
    const many: ConnectionStore = {
      ...store,
      async members(room, page) {
        limits.push(page.limit);
        const { members, ...rest } = await store.members(room, page);
        const extra = Array.from({ length: 300 }, (_, n) => ({
          ...{ connectionId: `c${n}`, userId: `u${n}`, protocol: "plain" as const },
        }));
        return { ...rest, members: [...members, ...extra] };
      },
    };
    const waiting: (() => void)[] = [];
    let most = 0;
    const send = async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return "sent" as const;
    };
    const pusher = { send, close: async () => undefined };
    const { register, transport } = createDirect({ store: many, log, pusher });
    await register(arrival());
    const done = transport(message({ data: "hi" }));
    await vi.waitFor(() => expect(waiting).toHaveLength(128));
    await new Promise((resolve) => setTimeout(resolve));
    most = waiting.length;
    let ended = false;
    void done.finally(() => {
      ended = true;
    });
    while (!ended) {
      for (const resolve of waiting.splice(0)) resolve();
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect([most, new Set(limits)]).toEqual([128, new Set([1000])]);
  });

  it.each([
    [10_000, 7500],
    [5000, 2500],
    [4000, 2000],
  ])(
    "begin no push 2.5 seconds before their end: of %i ms in the last %i",
    async (limitMs, deadlineMs) => {
      const clock = createVirtualClock({ startAt: Date.now() });
      const { store, log } = createBackend();
      const began: number[] = [];
      const beganAt = clock.now();
      const members = Array.from({ length: 30 }, (_, n) => ({
        ...{ connectionId: `c${n}`, userId: `u${n}`, protocol: "plain" as const },
      }));
      const functions = createDirect({
        ...{ log, clock, concurrency: 1 },
        store: { ...store, members: async () => ({ members, expired: [] }) },
        pusher: {
          async send() {
            began.push(clock.now() - beganAt);
            await clock.sleep(500);
            return "sent" as const;
          },
          close: async () => undefined,
        },
      });
      await functions.register(arrival());
      const done = functions.transport(message({ data: "hi" }), { time_limit_in_ms: limitMs });
      await vi.waitFor(() => expect(began).toHaveLength(1));
      await clock.advance(limitMs);
      expect((await done).errNo).toBe(0);
      expect(began.at(-1)).toBe(deadlineMs - 500);
    },
  );
});
