import { once } from "node:events";
import { pusherContract } from "@hubbub/testing/contracts";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createNodePusher, type NodePusher } from "../src/node-pusher.ts";
import { createSocketTarget } from "../src/socket-target.ts";
import { decodeFrames } from "./decode-frames.ts";

describe("createNodePusher on real sockets", () => {
  pusherContract({
    async createPusher() {
      const pusher = createNodePusher();
      const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
      await once(server, "listening");
      const address = server.address() as { port: number };
      let count = 0;
      const accepted = new Map<string | undefined, Promise<void>>();
      server.on("connection", (socket, { url, socket: tcp }) => {
        const connectionId = String(url).slice(1);
        const target = createSocketTarget();
        target.open(socket, tcp);
        pusher.add(connectionId, target, false);
        accepted.set(
          url,
          once(socket, "close").then(() => pusher.remove(connectionId)),
        );
      });
      return {
        pusher,
        async connect() {
          const connectionId = `connection-${++count}`;
          const client = new WebSocket(`ws://127.0.0.1:${address.port}/${connectionId}`);
          const texts: string[] = [];
          let closed: { code: number; reason: string } | undefined;
          client.on("message", (data) => texts.push(data.toString()));
          client.on("close", (code, reason) => {
            closed = { code, reason: reason.toString() };
          });
          await once(client, "open");
          const left = accepted.get(`/${connectionId}`);
          return {
            connectionId,
            received: () => texts,
            closed: () => closed,
            async drop() {
              client.terminate();
              await left;
            },
          };
        },
      };
    },
  });
});

interface Probe {
  /** What was written, message by message. */
  texts: string[];
  writes: number;
  buffered: number;
  closed: { code: number; reason: string } | undefined;
}

function addProbe(pusher: NodePusher, id: string, coalesces = true): Probe {
  const probe: Probe = { texts: [], writes: 0, buffered: 0, closed: undefined };
  const target = {
    buffered: () => probe.buffered,
    write({ bytes }: { bytes: Buffer }, maxBufferedBytes: number) {
      if (probe.buffered > maxBufferedBytes) return false;
      probe.writes += 1;
      probe.texts.push(...decodeFrames(bytes));
      return true;
    },
    close(code: number, reason: string) {
      probe.closed = { code, reason };
    },
  };
  pusher.add(id, target, coalesces);
  return probe;
}

/** A pusher with three members of the group "room"; the third one is plain. */
async function createRoom() {
  const pusher = createNodePusher({ maxBufferedBytes: 1000 });
  const probes = [addProbe(pusher, "a"), addProbe(pusher, "b"), addProbe(pusher, "c", false)];
  for (const id of ["a", "b", "c"]) await pusher.groups.join("room", id);
  return { pusher, groups: pusher.groups, probes };
}

const texts = (probes: readonly Probe[]) => probes.map((probe) => probe.texts);

describe("createNodePusher", () => {
  it("writes what one tick brings at once, as one message where the protocol allows", async () => {
    const { groups, probes } = await createRoom();
    for (const n of [1, 2, 3]) await groups.broadcast("room", `{"n":${n}}`);
    expect(texts(probes)).toEqual([[], [], []]);
    await new Promise(setImmediate);
    const joined = '[{"n":1},{"n":2},{"n":3}]';
    expect(texts(probes)).toEqual([[joined], [joined], ['{"n":1}', '{"n":2}', '{"n":3}']]);
    expect(probes.map(({ writes }) => writes)).toEqual([1, 1, 1]);
  });

  it("keeps the order between a connection's own texts and its groups'", async () => {
    const { pusher, groups, probes } = await createRoom();
    await groups.join("other", "a");
    await pusher.send("a", "1");
    await groups.broadcast("room", "2");
    await pusher.send("a", "3");
    await groups.broadcast("other", "4");
    await groups.broadcast("room", "5", { except: ["a"] });
    await pusher.send("a", "6");
    pusher.flush();
    expect(texts(probes)).toEqual([["[1,2,3,4,6]"], ["[2,5]"], ["2", "5"]]);
  });

  it("gives everybody who is left out of something their own rest", async () => {
    const { pusher, groups, probes } = await createRoom();
    await groups.broadcast("room", "1", { except: ["a"] });
    await groups.broadcast("room", "2", { except: ["b"] });
    await groups.broadcast("room", "3", { except: ["a", "c"] });
    pusher.flush();
    expect(texts(probes)).toEqual([["2"], ["[1,3]"], ["1", "2"]]);
  });

  it("sends a newcomer nothing from before it joined, a leaver nothing more", async () => {
    const { pusher, groups, probes } = await createRoom();
    const late = addProbe(pusher, "late");
    await groups.broadcast("room", "1");
    await groups.join("room", "late");
    await groups.broadcast("room", "2");
    await groups.leave("room", "b");
    pusher.flush();
    expect(texts([...probes, late])).toEqual([["1", "2"], ["1"], ["1", "2"], ["2"]]);
  });

  it("drops who reads too slowly, and serves the others", async () => {
    const { pusher, groups, probes } = await createRoom();
    const [a, b] = probes as [Probe, Probe];
    a.buffered = 1001;
    b.buffered = 1000;
    expect(await groups.broadcast("room", "1")).toBe(3);
    pusher.flush();
    expect(a).toMatchObject({ texts: [], closed: { code: 1013 } });
    expect(b).toMatchObject({ texts: ["1"], closed: undefined });
    expect(await pusher.send("a", "2")).toBe("gone");
    expect(await groups.broadcast("room", "2")).toBe(2);
  });

  it("answers throttled once for a slow reader that is sent to", async () => {
    const { pusher, probes } = await createRoom();
    Object.assign(probes[0] as Probe, { buffered: 5000 });
    expect(await pusher.send("a", "1")).toBe("throttled");
    expect(await pusher.send("a", "1")).toBe("gone");
    expect(probes[0]?.closed?.code).toBe(1013);
  });

  it("writes early when much waits, in order", async () => {
    const { pusher, groups, probes } = await createRoom();
    const long = JSON.stringify("x".repeat(300_000));
    for (let time = 0; time < 5; time++) await groups.broadcast("room", long);
    expect(probes[2]?.texts.length).toBe(4);
    pusher.flush();
    expect(probes[2]?.texts).toEqual(Array.from({ length: 5 }, () => long));
  });

  it("writes before it closes", async () => {
    const { pusher, probes } = await createRoom();
    await pusher.send("a", "1");
    await pusher.close("a", 4403, "kicked");
    expect(probes[0]).toMatchObject({ texts: ["1"], closed: { code: 4403, reason: "kicked" } });
  });

  it("keeps nothing of connections and groups that ended", async () => {
    const pusher = createNodePusher();
    const probe = addProbe(pusher, "a");
    await pusher.groups.join("room", "a");
    pusher.remove("a");
    pusher.remove("a");
    expect(await pusher.groups.broadcast("room", "1")).toBe(0);
    await pusher.groups.join("room", "a");
    expect(await pusher.groups.broadcast("room", "1")).toBe(0);
    pusher.flush();
    expect(probe.texts).toEqual([]);
  });
});
