import { createServer } from "node:net";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPushUrlPusher, type PushUrlPusherOptions } from "../../src/api-gateway.ts";
import { startPusher } from "./gateway-kit.ts";

const UNAVAILABLE = { code: "unavailable" };
const INVALID = { code: "invalid_argument" };

describe("createPushUrlPusher", () => {
  it("tries once more after a 500, and keeps the row if that fails, too", async () => {
    const { gateway, pusher, connect, meter } = await startPusher();
    const [ann, bob] = [await connect(), await connect()];
    const faults = ["system" as const];
    gateway.faults.pushes = () =>
      faults.length > 0 ? { error: faults.shift() ?? "system" } : undefined;
    // The gateway has cut him off by then.
    await expect(pusher.send(ann.connectionId, "hi")).rejects.toMatchObject(UNAVAILABLE);
    expect(await pusher.send(bob.connectionId, "hi")).toBe("sent");
    expect(await pusher.send(ann.connectionId, "hi")).toBe("gone");
    gateway.faults.pushes = () => ({ error: "system" });
    await expect(pusher.send(bob.connectionId, "hi")).rejects.toMatchObject(UNAVAILABLE);
    expect(meter.counts().push).toBe(6);
  });

  it("tries once more when the connection breaks", async () => {
    const { gateway, pusher, connect } = await startPusher();
    const ann = await connect();
    const cuts = [true];
    gateway.faults.pushes = () => (cuts.pop() ? { error: "cut" } : undefined);
    expect(await pusher.send(ann.connectionId, "hi")).toBe("sent");
    gateway.faults.pushes = () => ({ error: "cut" });
    await expect(pusher.send(ann.connectionId, "hi")).rejects.toMatchObject(UNAVAILABLE);
    await expect(pusher.close(ann.connectionId, 1000, "")).rejects.toMatchObject(UNAVAILABLE);
    expect(ann.received()).toEqual(["hi"]);
  });

  it("is throttled by a URL that hangs, when its time is up", async () => {
    const clock = createVirtualClock({ startAt: Date.UTC(2026, 0) });
    const { gateway, pusher, connect } = await startPusher({ clock, timeoutMs: 500 });
    const ann = await connect();
    gateway.faults.pushes = () => ({ error: "hang" });
    const results: unknown[] = [];
    const send = pusher.send(ann.connectionId, "hi").then((result) => results.push(result));
    const close = pusher.close(ann.connectionId, 1000, "").catch(({ code }) => results.push(code));
    while (gateway.counts.pushErrors < 2) await new Promise(setImmediate);
    await clock.advance(400);
    expect(results).toEqual([]);
    await clock.advance(100);
    await Promise.all([send, close]);
    expect(results.sort()).toEqual(["throttled", "unavailable"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each(["foreign", "forbidden"] as const)(
    "rejects what no gateway answers: %s",
    async (error) => {
      const { gateway, pusher, connect } = await startPusher();
      const ann = await connect();
      await pusher.send(ann.connectionId, "hi");
      gateway.faults.pushes = () => ({ error });
      await expect(pusher.send(ann.connectionId, "hi")).rejects.toMatchObject(INVALID);
      await expect(pusher.close(ann.connectionId, 1000, "")).rejects.toMatchObject(INVALID);
    },
  );

  it("rejects where nobody listens, and does not name the URL's path", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const pusher = createPushUrlPusher({ url: `http://127.0.0.1:${port}/api-secret00` });
    onTestFinished(() => pusher.destroy());
    const error = await pusher.send("a==", "hi").catch((reason: unknown) => reason);
    expect(error).toMatchObject(UNAVAILABLE);
    expect(`${error} ${Object(error).cause}`).not.toContain("secret00");
  });

  it("follows no redirection", async () => {
    const { gateway } = await startPusher();
    const { createServer: createHttp } = await import("node:http");
    const server = createHttp((_request, response) => {
      response.writeHead(307, { location: gateway.pushUrl }).end();
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const pusher = createPushUrlPusher({ url: `http://127.0.0.1:${port}/api-00000000` });
    onTestFinished(() => pusher.destroy());
    await expect(pusher.send("a==", "hi")).rejects.toMatchObject(INVALID);
    expect(gateway.counts.pushErrors).toBe(0);
  });

  it("keeps its connections, and opens new ones after a long rest", async () => {
    let time = Date.UTC(2026, 0);
    const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
    const { gateway, pusher, connect } = await startPusher({ clock: { now: () => time, sleep } });
    const { connectionId } = await connect();
    for (let n = 0; n < 5; n++) await pusher.send(connectionId, "hi");
    expect(gateway.counts.pushSockets).toBe(1);
    time += 30_001; // What an instance that was frozen finds may be dead.
    await pusher.send(connectionId, "hi");
    expect(gateway.counts.pushSockets).toBe(2);
  });

  it("opens no more connections than it may", async () => {
    const { gateway, pusher, connect } = await startPusher(
      { maxSockets: 2 },
      { latency: { pushMs: 5 } },
    );
    const { connectionId } = await connect();
    await Promise.all(Array.from({ length: 10 }, () => pusher.send(connectionId, "hi")));
    expect(gateway.counts).toMatchObject({ pushes: 10, pushSockets: 2 });
  });

  it.each(["/a+b/==", "//==", '"\\'])("reaches the connection %j", async (id) => {
    const { pusher, connect } = await startPusher({}, { createId: () => id });
    const client = await connect();
    expect([client.connectionId, await pusher.send(id, "hi")]).toEqual([id, "sent"]);
    await expect.poll(client.received).toEqual(["hi"]);
    await pusher.close(id, 4403, "kicked");
    await expect.poll(() => client.socket.readyState).toBe(client.socket.CLOSED);
  });

  it.each([
    ["a promise", true],
    ["none", false],
  ])(
    "looks for the URL when it is needed, and again when that failed, with %s",
    async (_, later) => {
      const answers: (() => string)[] = [
        () => {
          throw new Error("no such object");
        },
        () => "[](http://set.example/api-00000000)",
        () => gateway.pushUrl,
      ];
      let asked = 0;
      const find = () => answers[Math.min(asked++, 2)]?.() ?? "";
      const url = later ? async () => find() : find;
      const { gateway, pusher, connect } = await startPusher({ url });
      const { connectionId } = await connect();
      expect(asked).toBe(0);
      await expect(pusher.send(connectionId, "hi")).rejects.toMatchObject(UNAVAILABLE);
      await expect(pusher.send(connectionId, "hi")).rejects.toMatchObject(INVALID);
      const all = await Promise.all([1, 2, 3].map(() => pusher.send(connectionId, "hi")));
      expect([all, asked]).toEqual([["sent", "sent", "sent"], 3]);
    },
  );

  it("gives up a search for the URL when a push's time is up, and begins another", async () => {
    const clock = createVirtualClock({ startAt: Date.UTC(2026, 0) });
    let asked = 0;
    const never = () => {
      asked++;
      return new Promise<string>(() => undefined);
    };
    const pusher = createPushUrlPusher({ url: never, clock, timeoutMs: 500 });
    const codes: unknown[] = [];
    const send = () => pusher.send("a==", "hi").catch(({ code }) => codes.push(code));
    const both = [send(), send()];
    await clock.advance(499);
    expect([asked, codes]).toEqual([1, []]);
    await clock.advance(1);
    await Promise.all(both);
    expect(codes).toEqual(["unavailable", "unavailable"]);
    void send();
    expect(asked).toBe(2);
  });

  const url = "http://set.example/api-00000000";
  it.each<[string, object]>([
    ["push URL", {}],
    ["push URL", { url: "" }],
    ["push URL", { url: "[](http://set.example/api-00000000)" }],
    ["push URL", { url: "ftp://set.example/api-00000000" }],
    ["push URL", { url: "http://user:word@set.example/api-00000000" }],
    ["timeoutMs", { url, timeoutMs: 0 }],
    ["maxSockets", { url, maxSockets: Number.NaN }],
    ["urlTtlMs", { url, urlTtlMs: -1 }],
    ["urlVerified", { url, urlVerified: "yes" }],
    ["connectedAt", { url, connectedAt: 1 }],
    ["retries is not an option", { url, retries: 1 }],
  ])("names the wrong option: %s in %j", (name, options) => {
    const create = () => createPushUrlPusher(options as PushUrlPusherOptions);
    expect(create).toThrow(expect.objectContaining(INVALID));
    expect(create).toThrow(name);
  });
});
