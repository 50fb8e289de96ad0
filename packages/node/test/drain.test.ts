import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { defineChat } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { chat, connect, enter, publish, startServer } from "./kit.ts";

describe("close", () => {
  it("tells clients to go elsewhere, then closes who stays", async () => {
    const server = await startServer(chat, { drainMs: 100 });
    const [stays, plain, silent] = [
      await enter(server.url),
      await connect(server.url, []),
      await connect(server.url),
    ];
    const closed = server.close();
    expect(await stays.wait({ type: "bye" })).toMatchObject({
      ...{ code: 1012, reconnect: true, afterMs: 50 },
    });
    expect(await silent.closed).toMatchObject({ code: 1012 });
    expect(silent.frames).toEqual([]);
    expect(await stays.closed).toMatchObject({ code: 1012 });
    expect(await plain.closed).toMatchObject({ code: 1001 });
    await closed;
    expect(server.connections()).toBe(0);
    await expect(connect(server.url)).rejects.toThrow("ECONNREFUSED");
  });

  it("does not wait when everybody has left", async () => {
    const server = await startServer(chat, { drainMs: 60_000 });
    const client = await enter(server.url);
    const closed = server.close();
    await client.wait({ type: "bye" });
    client.ws.close();
    await closed;
  });

  it("refuses new clients and goes on serving the old ones until they leave", async () => {
    const store = createMemoryConnectionStore({ clock: Date });
    const server = await startServer(chat, { store, drainMs: 60_000 });
    const [ann, bob] = [await enter(server.url), await enter(server.url)];
    const closed = server.close();
    await ann.wait({ type: "bye" });
    await expect(connect(server.url)).rejects.toThrow("503");
    expect(server.health()).toEqual({ status: "draining", connections: 2 });
    ann.send(publish(ann, "late"));
    await ann.wait({ type: "ack" });
    await bob.wait({ type: "message" });
    ann.ws.close();
    bob.ws.close();
    await closed;
  });

  it("waits for nobody to leave when there is no other server", async () => {
    const server = await startServer(chat, { drainMs: 60_000 });
    const client = await enter(server.url);
    await server.close();
    await client.wait({ type: "bye" });
    expect(await client.closed).toMatchObject({ code: 1012 });
  });

  it("waits for work in progress, answers it and runs the hooks", async () => {
    const left: string[] = [];
    const slow = defineChat({
      ...chat.definition,
      on: {
        async say() {
          await new Promise((resolve) => setTimeout(resolve, 80));
          return undefined;
        },
      },
      left: ({ why }) => void left.push(why),
    });
    const server = await startServer(slow, { drainMs: 1000 });
    const client = await enter(server.url);
    client.send(publish(client, "slow"));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = server.close();
    await client.wait({ type: "ack" });
    client.ws.close();
    await closed;
    expect(left).toEqual(["disconnected"]);
  });

  it("answers the same promise when it is called again", async () => {
    const server = await startServer(chat);
    const [first, second] = [server.close(), server.close()];
    expect(second).toBe(first);
    await first;
  });

  it("loses nothing that was acked under load", async () => {
    const server = await startServer(chat, { drainMs: 150 });
    const clients = await Promise.all(Array.from({ length: 20 }, () => enter(server.url)));
    const load = clients.map(async (client, index) => {
      for (let n = 0; client.ws.readyState === 1; n++) {
        client.send({ ...publish(client, `${index}-${n}`), after: 0 });
        await Promise.race([client.wait({ mid: `mid-${index}-${n}` }), client.closed]);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closed = server.close();
    await Promise.all(clients.map((client) => client.wait({ type: "bye" })));
    await closed;
    await Promise.all(load);

    const acks = clients.flatMap(({ frames }) => frames.filter(({ type }) => type === "ack"));
    expect(acks.length).toBeGreaterThan(20);
    const seqs = acks.map(({ seq }) => Number(seq));
    expect(new Set(seqs).size).toBe(seqs.length);
    for (const client of clients) {
      const seen = client.frames.filter(({ type }) => type === "ack" || type === "message");
      expect(new Set(seen.map(({ seq }) => seq)).size).toBe(Math.max(...seqs));
    }
  });
});

// A process may take long to start on a busy machine.
describe("signals", { timeout: 30_000 }, () => {
  async function startChild(...args: string[]): Promise<{ child: ChildProcess; url: string }> {
    const path = fileURLToPath(new URL("fixtures/serve-process.ts", import.meta.url));
    const cwd = fileURLToPath(new URL("..", import.meta.url)); // Where tsx is to be found.
    const child = fork(path, args, { cwd, execArgv: ["--import", "tsx"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const died = once(child, "exit").then(() => Promise.reject(new Error("it did not start")));
    const [url] = await Promise.race([once(child, "message"), died]);
    died.catch(() => {});
    return { child, url: String(url) };
  }

  it("drains on SIGTERM and ends by itself", async () => {
    const { child, url } = await startChild("60000");
    const client = await enter(url);
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await client.wait({ type: "bye" });
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(await exit).toEqual([0, null]);
  });

  it("drains on SIGINT, and ends at once on a second signal", async () => {
    const { child, url } = await startChild("60000");
    const client = await enter(url);
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await client.wait({ type: "bye" });
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
  });
});
