import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createClient } from "@hubbub/client";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { missing, NO_REDIS, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

const LONG = { timeout: 20_000, interval: 20 };

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startServer(redisUrl: string): Promise<Server> {
  const path = fileURLToPath(new URL("fixtures/chat-process.ts", import.meta.url));
  const cwd = fileURLToPath(new URL("..", import.meta.url)); // Where tsx is to be found.
  const child = fork(path, [redisUrl], { cwd, execArgv: ["--import", "tsx"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const died = once(child, "exit").then(() => Promise.reject(new Error("it did not start")));
  const [url] = await Promise.race([once(child, "message"), died]);
  died.catch(() => {});
  return { child, url: String(url) };
}

/** A client that keeps what its room hears, and may be sent elsewhere. */
async function enter(token: string, server: Server) {
  const place = { url: server.url };
  const client = createClient({ url: () => place.url, token, WebSocket, backoffMaxMs: 100 });
  onTestFinished(() => client.close());
  const room = client.join("lobby");
  const heard: string[] = [];
  const resets: unknown[] = [];
  room.on("message", ({ data }) => void heard.push((data as { text: string }).text));
  room.on("reset", (reset) => void resets.push(reset));
  await room.joined;
  const say = (text: string) => room.publish("say", { text });
  const online = () => room.presence?.members?.map(({ id }) => id).sort();
  return { client, room, heard, resets, place, say, online };
}

describe("two Node processes on one Redis", () => {
  it("behave as one chat, through a kick, a restart of Redis and the death of one", async () => {
    const redis = await useRedis("--appendonly", "yes", "--appendfsync", "always");
    const [one, two] = await Promise.all([startServer(redis.url), startServer(redis.url)]);
    const ann = await enter("ann", one);
    const [bob, dan, eve] = [
      await enter("bob", two),
      await enter("dan", two),
      await enter("eve", two),
    ];

    // Messages, both ways, in one order.
    await Promise.all([ann.say("1"), bob.say("2"), ann.say("3"), eve.say("4")]);
    for (const each of [ann, bob, eve]) await expect.poll(() => each.heard, LONG).toHaveLength(4);
    expect(bob.heard).toEqual(ann.heard);
    expect([...ann.heard].sort()).toEqual(["1", "2", "3", "4"]);

    // Who is online, and a kick by the process that does not hold the connection.
    for (const each of [ann, eve]) {
      await expect.poll(each.online, LONG).toEqual(["ann", "bob", "dan", "eve"]);
    }
    const left = new Promise((resolve) => bob.room.on("left", resolve));
    one.child.send({ kick: "bob" });
    expect((await once(one.child, "message"))[0]).toEqual({ kicked: 1 });
    await left;
    for (const each of [ann, eve]) {
      await expect.poll(each.online, LONG).toEqual(["ann", "dan", "eve"]);
    }

    // Redis dies and comes back while both publish: what is acked is kept, once and in one order.
    const texts = Array.from({ length: 60 }, (_, index) => `${index}`);
    const publishing = Promise.all([
      ...texts.map((text) => ann.say(`ann-${text}`)),
      ...texts.map((text) => eve.say(`eve-${text}`)),
    ]);
    await expect.poll(() => ann.heard.length, LONG).toBeGreaterThan(20);
    await redis.kill();
    await redis.start();
    await publishing;
    await expect.poll(() => ann.heard.length, LONG).toBe(124);
    await expect.poll(() => eve.heard, LONG).toEqual(ann.heard);
    expect(new Set(ann.heard).size).toBe(124);

    // One process dies: who stays goes on with the other, who does not is no longer online.
    for (const each of [dan, eve]) each.place.url = one.url;
    two.child.kill("SIGKILL");
    await dan.client.close();
    await Promise.all([eve.say("after"), ann.say("too")]);
    await expect.poll(() => ann.heard.length, LONG).toBe(126);
    await expect.poll(() => eve.heard, LONG).toEqual(ann.heard);
    await expect.poll(ann.online, LONG).toEqual(["ann", "eve"]);
    const { messages } = await ann.room.history({ after: 0, limit: 256 });
    expect(messages.map(({ data }) => (data as { text: string }).text)).toEqual(ann.heard);
    // Redis may have come back with less, so each was told once, and went on with what there was.
    for (const { resets } of [ann, eve]) expect(resets).toMatchObject([{ epochChanged: true }]);

    // It ends by itself, its connections to Redis closed.
    const exit = once(one.child, "exit");
    one.child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  }, 120_000);
});
