import { once } from "node:events";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { type Connection, UnavailableError } from "@hubbub/core";
import { createLocalWebPubSub, type LocalWebPubSub } from "@hubbub/local/azure";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createWebPubSubConnectionStore } from "../../src/index.ts";
import { startTable } from "../table/table-kit.ts";

const kit = await startTable();
let local: LocalWebPubSub;
let service: WebPubSubServiceClient;

beforeAll(async () => {
  local = await createLocalWebPubSub();
  service = new WebPubSubServiceClient(local.connectionString, "chat", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
});

afterAll(() => local.close());

describe("createWebPubSubConnectionStore over the service", { timeout: 60_000 }, () => {
  async function setUp() {
    const clock = createContractClock();
    const meter = createCountingMeter();
    const trace = await kit.createTrace();
    const options = { clock, meter, random: createSeededRandom(1), serviceTimeoutMs: 2000 };
    const store = createWebPubSubConnectionStore(service, trace.client, options);

    /** A socket, opened as a connection of its own user and joined to a room. */
    async function enter(room: string, protocol: Connection["protocol"] = "hubbub.v1") {
      const { url } = await service.getClientAccessToken();
      const socket = new WebSocket(url, ["json.webpubsub.azure.v1"]);
      onTestFinished(() => socket.terminate());
      const [data] = await once(socket, "message");
      const { connectionId } = JSON.parse(String(data)) as { connectionId: string };
      const user = { userId: `user-of-${connectionId}`, name: "Ann" };
      const times = { connectedAt: clock.now(), expiresAt: clock.now() + 60_000 };
      await store.open({ connectionId, user, protocol, rooms: [], ...times });
      await store.join(connectionId, room);
      return { connectionId, socket };
    }

    async function ids(room: string, limit = 1000): Promise<string[]> {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.members(room, { cursor, limit });
        found.push(...page.members.map(({ connectionId }) => connectionId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found.sort();
    }
    return { store, clock, meter, enter, ids };
  }

  it("names who is in a room, of both protocols, as whom", async () => {
    const { store, enter, ids } = await setUp();
    const [ann, bob] = [await enter("lobby"), await enter("lobby", "plain")];
    await enter("attic");
    expect(await ids("lobby")).toEqual([ann.connectionId, bob.connectionId].sort());
    expect(await ids("lobby", 1)).toEqual([ann.connectionId, bob.connectionId].sort());
    expect(await store.count("lobby")).toBe(2);
    const { members } = await store.members("lobby", { limit: 10 });
    expect(members).toContainEqual({
      ...{ connectionId: bob.connectionId, protocol: "plain" },
      ...{ userId: `user-of-${bob.connectionId}`, name: "Ann" },
    });
  });

  it("needs nobody to tell it that a socket has died: the service lists it no more", async () => {
    const { enter, ids } = await setUp();
    const [ann, bob] = [await enter("lobby2"), await enter("lobby2")];
    bob.socket.terminate();
    await expect.poll(() => ids("lobby2")).toEqual([ann.connectionId]);
  });

  it("reads a room of more than a page of the service", async () => {
    const { store, enter, ids } = await setUp();
    const all: string[] = [];
    for (let lot = 0; lot < 23; lot++) {
      const some = await Promise.all(Array.from({ length: 10 }, () => enter("big")));
      all.push(...some.map(({ connectionId }) => connectionId));
    }
    expect(await ids("big")).toEqual(all.sort());
    expect(await store.count("big")).toBe(230);
  });

  it("costs no row for a membership: a join is a read and two writes, one of them to the service", async () => {
    const { store, meter, enter } = await setUp();
    const { connectionId } = await enter("lobby3");
    const before = { ...meter.counts() };
    await store.join(connectionId, "other");
    const after = meter.counts();
    expect([after.read - before.read, after.write - before.write]).toEqual([1, 2]);
    expect(after.list - before.list).toBe(0);
  });

  it.each([429, 500, 503])("says that the service does not answer, for %s", async (status) => {
    const { store, enter, ids } = await setUp();
    const { connectionId } = await enter("lobby4");
    local.faults.rest = () => ({ answer: status });
    onTestFinished(() => {
      delete local.faults.rest;
    });
    await expect(store.members("lobby4", { limit: 10 })).rejects.toThrow(UnavailableError);
    await expect(store.join(connectionId, "attic4")).rejects.toThrow(UnavailableError);
    delete local.faults.rest;
    expect(await ids("lobby4")).toContain(connectionId);
    expect(await store.join(connectionId, "attic4")).toBe(true);
    expect(await ids("attic4")).toEqual([connectionId]);
  });
});
