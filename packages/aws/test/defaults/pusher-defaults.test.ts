import { describe, expect, it } from "vitest";
import { ID, setUpPusher } from "../api-gateway-kit.ts";
import { always, type SeenRequest } from "../http-scripted-server.ts";

const silence = () => undefined;

describe("what a pusher does by default", () => {
  it("is to wait 3 seconds for an answer", async () => {
    const { server, pusher, clock } = await setUpPusher(silence);
    let result: unknown;
    const sent = pusher.send(ID, "text").then((answer) => {
      result = answer;
    });
    await server.seen(1);
    await clock.advance(2999);
    expect(result).toBeUndefined();
    await clock.advance(1);
    await sent;
    expect(result).toBe("throttled");
  });

  it("is to open 256 connections, and to let further sends wait", async () => {
    const held: SeenRequest[] = [];
    const { server, pusher } = await setUpPusher((request) => void held.push(request));
    const sends = Array.from({ length: 257 }, () => pusher.send(ID, "text"));
    await server.seen(256);
    expect(server.connections).toBe(256);
    for (const request of held.splice(0)) always(200)(request);
    await server.seen(257);
    for (const request of held.splice(0)) always(200)(request);
    expect(new Set(await Promise.all(sends))).toEqual(new Set(["sent"]));
    expect(server.connections).toBe(256);
  });

  it.each([
    [29_999, 1],
    [30_001, 2],
  ])("is to keep a connection that was idle for 30 seconds: %i ms", async (ms, connections) => {
    const { server, pusher, clock } = await setUpPusher(always(200));
    await pusher.send(ID, "1");
    await clock.advance(ms);
    await pusher.send(ID, "2");
    expect(server.connections).toBe(connections);
  });
});
