import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

/** A `negotiate` whose answers come when the test wants. */
function createDesk() {
  const answers: ((address: { url: string }) => void)[] = [];
  const negotiate = () =>
    new Promise<{ url: string }>((resolve) => {
      answers.push(resolve);
    });
  return { answers, negotiate };
}

describe("asking for address and token", () => {
  it("may take connectTimeoutMs, and a later answer is not used", async () => {
    const { answers, negotiate } = createDesk();
    const { client, server, clock } = setUp({ negotiate, connectTimeoutMs: 3000 });
    const errors: HubbubClientError[] = [];
    client.on("error", (error) => errors.push(error));
    await clock.advance(2999);
    expect(errors).toEqual([]);
    await clock.advance(1);
    expect(errors).toMatchObject([{ code: "unavailable", retryable: true }]);
    answers[0]?.({ url: "ws://late" });
    await clock.advance(500);
    expect(answers).toHaveLength(2);
    expect(server.sockets).toEqual([]);
    answers[1]?.({ url: "ws://now" });
    await settle();
    expect(server.sockets.map(({ url }) => url)).toEqual(["ws://now"]);
    await clock.advance(20_000);
    expect(errors).toHaveLength(1);
    expect(client.state).toBe("open");
  });

  it("tells what was thrown, and waits longer after each failure", async () => {
    const cause = new Error("no network");
    const times: number[] = [];
    const setup = setUp({ negotiate: () => Promise.reject(cause) });
    const { client, clock } = setup;
    setup.chance = 0.5;
    const causes: unknown[] = [];
    client.on("error", (error) => {
      times.push(clock.now());
      causes.push(error.cause);
    });
    await clock.advance(1750);
    expect(causes).toEqual([cause, cause, cause, cause]);
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 250, 750, 1750]);
  });

  it("that fails when it is too late is not told", async () => {
    let fail = (_cause: Error) => {};
    const first = new Promise<{ url: string }>((_resolve, reject) => {
      fail = reject;
    });
    const asked = [first, Promise.resolve({ url: "ws://now" })];
    const { client, server, clock } = setUp({
      negotiate: () => asked.shift() ?? Promise.reject(new Error("asked too often")),
      connectTimeoutMs: 3000,
    });
    const errors: unknown[] = [];
    client.on("error", ({ code }) => errors.push(code));
    await clock.advance(4000);
    fail(new Error("late"));
    await clock.advance(4000);
    expect(errors).toEqual(["unavailable"]);
    expect(server.sockets).toHaveLength(1);
  });

  it("ends with the client", async () => {
    const { answers, negotiate } = createDesk();
    const { client, server, clock } = setUp({ negotiate });
    await client.close();
    answers[0]?.({ url: "ws://late" });
    await clock.advance(60_000);
    expect(server.sockets).toEqual([]);
    expect(answers).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it("does not disturb the old connection when it fails while rotating", async () => {
    const urls = ["ws://first"];
    const { client, server, clock } = setUp({
      async negotiate() {
        const url = urls.shift();
        if (!url) throw new Error("none left");
        return { url };
      },
    });
    await settle();
    const errors: unknown[] = [];
    client.on("error", ({ code }) => errors.push(code));
    server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(60_000);
    expect(errors).toEqual(["unavailable"]);
    expect(client.state).toBe("open");
    expect(server.last.closedWith).toBeUndefined();
  });

  it("is not begun twice", async () => {
    const { answers, negotiate } = createDesk();
    const { server, clock } = setUp({ negotiate });
    answers[0]?.({ url: "ws://first" });
    await settle();
    server.last.push(
      { type: "bye", code: 1012, reason: "", reconnect: true },
      { type: "bye", code: 1012, reason: "", reconnect: true },
    );
    await clock.advance(1);
    server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(1);
    expect(answers).toHaveLength(2);
  });
});

describe("a close code from 4400 on", () => {
  it.each([
    [4400, "bad_frame"],
    [4401, "unauthenticated"],
    [4403, "kicked"],
  ])("ends with %i as %s", async (closeCode, code) => {
    const { client, server } = await setUpRoom();
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error.code));
    server.last.drop(closeCode);
    expect(await client.closed).toMatchObject({ code: closeCode, reason: "", error: { code } });
    expect(errors).toEqual([code]);
  });

  it.each([4402, 4404, 4408, 4409, 1000, 1006])("is no end with %i", async (closeCode) => {
    const { client, server, clock } = await setUpRoom();
    server.last.drop(closeCode);
    await clock.advance(500);
    expect(client.state).toBe("open");
  });

  it("4401 is an end where only a constant address could bring another token", async () => {
    for (const [options, ends] of [
      [{ url: () => "ws://fake" }, false],
      [{ url: "ws://fake", token: "t" }, true],
    ] as const) {
      const { client, server, clock } = setUp(options, createFakeServer());
      await settle();
      server.last.drop(4401);
      await clock.advance(500);
      expect(client.state).toBe(ends ? "closed" : "open");
    }
  });
});
