import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { chat, enter, startLambda } from "./lambda-kit.ts";

const dynamo = await startDynamo();

describe.each([false, true])(
  "a chat with routeResponse %s",
  { timeout: 20_000 },
  (routeResponse) => {
    it("lets two clients chat, each message once and in one order", async () => {
      const { open, problems } = await startLambda(dynamo, chat, { handler: { routeResponse } });
      const [ann, bob] = await Promise.all([enter(open()), enter(open())]);
      for (const text of ["1", "2", "3"]) {
        await ann.say(`a${text}`);
        await bob.say(`b${text}`);
      }
      const all = ["a1", "b1", "a2", "b2", "a3", "b3"];
      await expect.poll(() => [ann.heard, bob.heard]).toEqual([all, all]);
      expect(problems).toEqual([]);
    });

    it("spends no push on the answer where it rides on the response", async () => {
      const { open, meter, gateway } = await startLambda(dynamo, chat, {
        handler: { routeResponse },
      });
      const ann = await enter(open());
      await ann.say("warm");
      await gateway.idle();
      meter.reset();
      await ann.say("alone");
      await gateway.idle();
      expect(meter.counts()).toMatchObject({ read: 1, write: 1, push: routeResponse ? 0 : 1 });
    });

    it("goes on after a lost connection: what was said meanwhile arrives once", async () => {
      const { open, gateway, pusher } = await startLambda(dynamo, chat, {
        handler: { routeResponse },
      });
      const ann = await enter(open());
      const bobsClient = open();
      const bob = await enter(bobsClient);
      const states: string[] = [];
      bobsClient.on("state", (state) => void states.push(state));
      await ann.say("before");
      await expect.poll(() => bob.heard).toEqual(["before"]);
      const [, bobs = ""] = gateway.connections();
      gateway.faults.invocations = ({ requestContext: { routeKey } }) =>
        routeKey === "$disconnect" ? [] : [0]; // Lost.
      await pusher.close(bobs, 1000, "");
      await ann.say("meanwhile");
      await ann.say("after");
      await expect
        .poll(() => bob.heard, { timeout: 5000 })
        .toEqual(["before", "meanwhile", "after"]);
      expect(states).toEqual(["resuming", "open"]);
    });
  },
);

describe("members that are gone", { timeout: 20_000 }, () => {
  it("are pruned by the 410 of a push, once they are old enough for it to count", async () => {
    const { open, gateway, instance, pusher, handler } = await startLambda(dynamo, chat);
    const [ann] = [await enter(open()), await enter(open())];
    const [, bobs = ""] = gateway.connections();
    const rows = async () => (await handler.hub.members("lobby")).length;
    expect(await rows()).toBe(2);
    gateway.faults.invocations = () => []; // Neither `$disconnect` nor the client's return arrive.
    await pusher.close(bobs, 1000, "");
    const young = await handler.hub.publish("lobby", "say", { text: "young" });
    expect(young.report).toMatchObject({ sent: 1, gone: 0, throttled: 1 });
    expect(await rows()).toBe(2);
    const clock = { now: () => Date.now() + 11_000, sleep: (ms: number) => sleep(ms) };
    const old = await instance({ clock }).hub.publish("lobby", "say", { text: "old" });
    expect(old.report).toMatchObject({ sent: 1, gone: 1, throttled: 0 });
    expect(await rows()).toBe(1);
    await expect.poll(() => ann.heard).toEqual(["young", "old"]);
  });

  it("are kept after a 403, which is the function's fault and is said once for a fan-out", async () => {
    const { open, gateway, handler, problems } = await startLambda(dynamo, chat);
    await Promise.all([enter(open()), enter(open())]);
    gateway.faults.management = () => ({ error: "forbidden" });
    const { report } = await handler.hub.publish("lobby", "say", { text: "hi" });
    expect(report).toMatchObject({ sent: 0, gone: 0, failed: 2 });
    expect(await handler.hub.members("lobby")).toHaveLength(2);
    expect(problems).toHaveLength(1);
    const { error } = problems[0]?.details ?? {};
    expect(String(error)).toMatch(/execute-api:ManageConnections/);
  });

  it("are removed by $disconnect at once", async () => {
    const { open, gateway, handler } = await startLambda(dynamo, chat);
    const [client] = [open(), await enter(open())];
    await enter(client);
    await client.close();
    await expect.poll(() => gateway.connections().length).toBe(1);
    await gateway.idle();
    expect(await handler.hub.members("lobby")).toHaveLength(1);
  });
});

describe("what a client is told", { timeout: 20_000 }, () => {
  it("includes the age at which API Gateway ends connections, so that it moves before", async () => {
    const { gateway } = await startLambda(dynamo, chat, { handler: { routeResponse: true } });
    const socket = new WebSocket(gateway.url, "hubbub.v1");
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    socket.send('{"type":"hello","session":"0123456789abcdef"}');
    const [text] = await once(socket, "message");
    expect(JSON.parse(String(text))).toMatchObject({ type: "welcome", maxAgeMs: 7_200_000 });
  });
});
