import type { PushResult } from "@hubbub/core";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it, vi } from "vitest";
import { arrival, createBackend, createDirect, leave, message } from "./functions-kit.ts";

const OK = { errNo: 0, errMsg: "ok" };
const WHO = JSON.stringify({ type: "who", room: "lobby" });

describe("transport", () => {
  it.each(["data send", "data recv"])("takes the action %s", async (action) => {
    const { register, transport, pushes } = createDirect();
    await register(arrival({ secWebSocketProtocol: "hubbub.v1" }));
    expect(await transport(message({ action }))).toEqual(OK);
    expect(pushes).toHaveLength(1); // The welcome: what it answers goes nowhere.
  });

  it.each(["/a+b/==", "//==", "../x", "/"])("serves the connection %j", async (secConnectionID) => {
    const { register, transport, cleanup, pushes, hub } = createDirect();
    await register(arrival({ secConnectionID }));
    await register(arrival({ secConnectionID: "other==" }));
    await transport(message({ secConnectionID: "other==", data: "hi" }));
    expect(pushes).toEqual([secConnectionID]);
    await cleanup(leave({ secConnectionID }));
    expect(await hub.online("lobby")).toBe(1);
  });

  it("hands binary on as bytes, which a chat refuses kindly", async () => {
    const { register, transport, pushes, problems } = createDirect();
    await register(arrival({ secWebSocketProtocol: "hubbub.v1" }));
    const binary = message({ dataType: "binary", data: "AAEC/w==" });
    expect(await transport(binary)).toEqual(OK);
    expect([pushes.length, problems]).toEqual([1, []]);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a list", [message()]],
    ["an HTTP event", { httpMethod: "POST", body: "hi" }],
    ["no action", message({ action: undefined })],
    ["an unknown action", message({ action: "data sent" })],
    ["the action of another function", leave()],
    ["an unknown dataType", message({ dataType: "json" })],
    ["data that are no text", message({ data: { text: "hi" } })],
    ["no id", message({ secConnectionID: null })],
  ])("says that %s is no message, and does not fail", async (_name, event) => {
    const { transport, cleanup, pushes, problems } = createDirect();
    expect((await transport(event)).errNo).toBe(102);
    expect((await cleanup(message())).errNo).toBe(102);
    expect([pushes, problems.length]).toEqual([[], 2]);
    expect(JSON.stringify(problems)).not.toContain("hi");
  });

  it("does not fail when store, log or pusher do", async () => {
    const { store, log } = createBackend();
    const broken = () => Promise.reject(new Error("down"));
    const parts = [
      { store: { ...store, get: broken, touch: broken, members: broken, close: broken }, log },
      { store, log: { append: broken, read: broken, head: broken } },
      { store, log, pusher: { send: broken, close: broken } },
    ];
    for (const options of parts) {
      const { register, transport, cleanup, problems } = createDirect(options);
      await register(arrival({ secConnectionID: "a==" }));
      await register(arrival({ secConnectionID: "b==" }));
      await expect(
        transport(message({ secConnectionID: "a==", data: "hi" })),
      ).resolves.toBeDefined();
      await expect(transport(message())).resolves.toBeDefined();
      await expect(cleanup(leave({ secConnectionID: "a==" }))).resolves.toBeDefined();
      expect(problems.length).toBeGreaterThan(0);
    }
  });

  it("answers before its time is up, whatever hangs", async () => {
    let time = Date.UTC(2026, 0);
    const clock = {
      now: () => time,
      async sleep(ms: number) {
        await new Promise(setImmediate);
        time += ms;
      },
    };
    const pusher = {
      send: () => new Promise<never>(() => undefined),
      close: async () => undefined,
    };
    const { register, transport, problems } = createDirect({ clock, pusher });
    await register(arrival({ secWebSocketProtocol: "hubbub.v1" }));
    const startedAt = time;
    expect((await transport(message(), { time_limit_in_ms: 3000 })).errNo).toBe(503);
    expect(time - startedAt).toBe(2700);
    const remaining = { time_limit_in_ms: 3000, getRemainingTimeInMillis: () => 1000 };
    expect((await transport(message(), remaining)).errNo).toBe(503);
    expect(time - startedAt).toBe(2700 + 900);
    expect(problems.map(({ level }) => level)).toEqual(["warn", "warn"]);
  });
});

describe("a message that takes its time", () => {
  /** A store whose reads take so long, a function that may take 3 seconds, and what it pushes and closes. */
  const start = async (readMs: number) => {
    const clock = createVirtualClock({ startAt: Date.now() });
    const done: string[] = [];
    const { store, log } = createBackend();
    let slow = false;
    const functions = createDirect({
      ...{ log, clock },
      store: {
        ...store,
        async get(id: string) {
          if (slow) await clock.sleep(readMs);
          return store.get(id);
        },
      },
      pusher: {
        async send() {
          done.push("sent");
          return "sent" as const;
        },
        async close() {
          done.push("closed");
        },
      },
    });
    await functions.register(arrival({ secWebSocketProtocol: "hubbub.v1" }));
    slow = true;
    // Without a hello it is answered with an error, which takes no other thread's time.
    const answer = functions.transport(message({ data: WHO }), { time_limit_in_ms: 3000 });
    await clock.advance(60_000); // Beyond its end: what is left of it runs with the next invocation.
    return { answer: await answer, done };
  };

  it.each([
    [1600, 0, ["sent"]], // Beyond the deadline of fan-outs.
    [2699, 0, ["sent"]],
    [2701, 503, []],
    [50_000, 503, []],
  ])("after %i ms is answered with %i, and pushes %j", async (readMs, errNo, pushed) => {
    const { answer, done } = await start(readMs);
    expect([answer.errNo, done]).toEqual([errNo, pushed]);
  });
});

describe("an answer that is not sent", () => {
  const start = async (result: PushResult) => {
    const clock = createVirtualClock({ startAt: Date.now() }); // As the store's.
    let tries = 0;
    const send = async () => {
      tries++;
      return result;
    };
    const backend = createBackend();
    const pusher = { send, close: async () => undefined };
    const functions = createDirect({ ...backend, clock, random: () => 0.9, pusher });
    await functions.register(arrival({ secWebSocketProtocol: "hubbub.v1" }));
    const { secConnectionID } = (message() as { websocket: { secConnectionID: string } }).websocket;
    return { ...functions, ...backend, clock, secConnectionID, tries: () => tries };
  };

  it.each([
    [10_000, 3],
    [200, 1], // The wait before the next try ends after the deadline.
  ])("for throttling is tried, with %i ms left, %i times", async (time_limit_in_ms, times) => {
    const { transport, clock, tries } = await start("throttled");
    const answered = transport(message(), { time_limit_in_ms });
    await vi.waitFor(() => expect(tries()).toBe(1)); // The id of a guest is hashed on another thread.
    await clock.runAll(); // Beyond the deadline, too.
    await answered;
    expect(tries()).toBe(times);
  });

  it("since nobody is there any more cleans up", async () => {
    const { transport, store, secConnectionID, tries } = await start("gone");
    await transport(message()); // A hello, which writes the row.
    expect(tries()).toBe(1);
    expect(await store.get(secConnectionID)).toBeUndefined();
  });
});
