import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "@hubbub/client";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { chat, startServer } from "./kit.ts";

function open(url: string | (() => string)) {
  const client = createClient<typeof chat>({ url, WebSocket, backoffMaxMs: 50 });
  onTestFinished(() => client.close());
  return client;
}

describe("@hubbub/client on a server", () => {
  it("lets two clients chat", async () => {
    const { url } = await startServer(chat);
    const [ann, bob] = [open(url).join("lobby"), open(url).join("lobby")];
    const heard: string[] = [];
    bob.on("message", ({ data }) => void heard.push(data.text));
    await Promise.all([ann.joined, bob.joined]);
    for (const text of ["1", "2", "3"]) await ann.publish("say", { text });
    await expect.poll(() => heard).toEqual(["1", "2", "3"]);
  });

  it("moves clients to another server without losing a message", async () => {
    const ports = { clock: { now: Date.now, sleep }, random: Math.random, id: randomUUID };
    const backend = {
      store: createMemoryConnectionStore(ports),
      log: createMemoryRoomLog(ports),
    };
    const [old, next] = [
      await startServer(chat, { ...backend, drainMs: 2000 }),
      await startServer(chat, backend),
    ];
    let url = old.url;
    const [ann, bob] = [open(() => url).join("lobby"), open(() => url).join("lobby")];
    const heard: string[] = [];
    bob.on("message", ({ data }) => void heard.push(data.text));
    await Promise.all([ann.joined, bob.joined]);

    url = next.url;
    const texts: string[] = Array.from({ length: 60 }, (_, n) => `${n}`);
    const publishing = (async () => {
      for (const text of [...texts]) {
        await ann.publish("say", { text });
        await sleep(5);
      }
    })();
    await old.close();
    await publishing;
    // There is no backplane: what was published on the other server shows as a gap.
    await ann.publish("say", { text: "last" });
    texts.push("last");
    await expect.poll(() => heard.length, { timeout: 3000 }).toBe(texts.length);
    expect(heard).toEqual(texts);
    expect([old.connections(), next.connections()]).toEqual([0, 2]);
  });
});
