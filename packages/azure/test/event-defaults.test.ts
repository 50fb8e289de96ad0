import { createServer } from "node:http";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createWebPubSubConnectionStore, createWebPubSubPusher } from "../src/index.ts";
import { createRecentAnswers } from "../src/recent-answers.ts";
import { arrive, connectBody, connectionOf, publish } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";
import { CONNECTION_STRING, HOST } from "./events.ts";
import { createFakeService } from "./web-pubsub-store/fake-service.ts";

vi.mock("../src/recent-answers.ts", { spy: true });

afterEach(() => {
  vi.restoreAllMocks();
});

describe("by default", () => {
  it("an event is as old or as young as ten minutes, and no millisecond more", async () => {
    const kit = startHandler();
    const at = async (ms: number) => {
      const headers = { "ce-time": new Date(kit.clock.now() + ms).toISOString() };
      return (await kit.handler(kit.event({ name: "connected", headers }))).status;
    };
    expect([await at(-600_000), await at(600_000)]).toEqual([204, 204]);
    expect([await at(-600_001), await at(600_001)]).toEqual([403, 403]);
  });

  it("the newest 10,000 events are known again, for as long as their time may be taken", () => {
    startHandler();
    expect(createRecentAnswers).toHaveBeenLastCalledWith(
      expect.objectContaining({ maxEvents: 10_000, ttlMs: 1_200_000 }),
    );
  });

  it("a state counts for five minutes, and no millisecond more", async () => {
    const kit = startHandler(createChat({ plain }));
    const connection = connectionOf(kit, "conn-1");
    await connection.send(kit.handler, {
      name: "connect",
      body: connectBody({ subprotocols: [] }),
    });
    const get = vi.spyOn(kit.store, "get");
    kit.clock.advance(299_999);
    await connection.send(kit.handler, { body: "hi" });
    expect(get).not.toHaveBeenCalled();
    kit.clock.advance(1);
    await connection.send(kit.handler, { body: "hi" });
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("an answer waits 150 ms for what its message began", async () => {
    const waits: { ms: number; end: () => void }[] = [];
    const kit = startHandler();
    const sleep = (ms: number) => new Promise<void>((end) => waits.push({ ms, end }));
    const send = async () => "sent" as const;
    const groups = {
      join: async () => undefined,
      leave: async () => undefined,
      broadcast: () => new Promise<undefined>(() => undefined),
    };
    const pusher = { send, close: async () => undefined, groups };
    const slow = kit.instance({ clock: { now: kit.clock.now, sleep }, pusher });
    const ada = await arrive(kit, "conn-1");
    const { epoch } = await kit.handler.hub.history("lobby");
    const answer = vi.fn();
    const said = ada.say(slow, publish("m1", 0, epoch)).then(answer);
    await vi.waitFor(() => expect(waits.map(({ ms }) => ms)).toContain(150));
    expect(waits).toHaveLength(1);
    expect(answer).not.toHaveBeenCalled();
    waits[0]?.end();
    await said;
    expect(answer).toHaveBeenCalledTimes(1);
  });

  it("a state is signed with the access key: without one, each process has a key of its own", async () => {
    const kit = startHandler();
    const verified = { connectionString: undefined, endpoint: `https://${HOST}` };
    const verify = () => true;
    const keyless = () => kit.instance({ ...verified, verify });
    const get = vi.spyOn(kit.store, "get");
    const cases: [first: typeof kit.handler, second: typeof kit.handler, reads: number][] = [
      [kit.instance(), kit.instance(), 0],
      [keyless(), keyless(), 1],
    ];
    for (const [index, [first, second, reads]] of cases.entries()) {
      const ada = await arrive(kit, `conn-${index}`, ["lobby"], first);
      get.mockClear();
      await ada.say(second, { type: "ping", rooms: [] });
      expect(get).toHaveBeenCalledTimes(reads);
    }
  });

  it("messages and connections are in the table `chat`", async () => {
    const urls: string[] = [];
    const server = createServer((request, response) => {
      urls.push(request.url ?? "");
      response.writeHead(403).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const address = server.address() as { port: number };
    const table = `http://127.0.0.1:${address.port}/acc`;
    const tableConnectionString = `DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=a2V5;TableEndpoint=${table};`;
    const { handler } = startHandler(createChat(), {
      ...{ store: undefined, log: undefined, tableConnectionString },
    });
    await expect(handler.hub.members("lobby")).rejects.toMatchObject({ problem: "not_authorized" });
    await expect(handler.hub.history("lobby")).rejects.toMatchObject({ problem: "not_authorized" });
    server.close();
    expect(urls).toHaveLength(2);
    for (const url of urls) expect(url).toMatch(/^\/acc\/chat\(\)\?/);
  });

  it("problems are lines of JSON on the console", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const kit = startHandler(createChat(), { logger: undefined });
    await kit.handler(kit.event({ headers: { "ce-signature": undefined } }));
    expect(warn.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { level: "WARN", status: 401 },
    ]);
  });

  it("requests to the service end after 5 seconds, those to a table after 10", async () => {
    const timeout = vi.spyOn(AbortSignal, "timeout");
    const fake = createFakeService();
    const nothing = async () => undefined;
    const group = () => ({ ...fake.group("g"), sendToAll: nothing });
    const client = { group, sendToConnection: nothing, closeConnection: nothing };
    const pusher = createWebPubSubPusher(client);
    await pusher.send("a", "hi");
    await pusher.close("a", 1000, "");
    await pusher.groups.join("g", "a");
    await pusher.groups.leave("g", "a");
    await pusher.groups.broadcast("g", "hi");
    expect(timeout.mock.calls).toEqual([[5000], [5000], [5000], [5000], [5000]]);
    timeout.mockClear();
    const never = () => Promise.reject(new Error("down"));
    const table = {
      ...{ tableName: "chat", getEntity: never, createEntity: never, updateEntity: never },
      ...{ upsertEntity: never, deleteEntity: never, submitTransaction: never },
      listEntities: () => ({ byPage: () => ({ next: never }) }),
    };
    const clock = { now: () => 0, sleep: nothing };
    const store = createWebPubSubConnectionStore(fake, table, { clock });
    await store.count("lobby");
    await store.get("a").catch(() => undefined);
    expect(timeout.mock.calls).toEqual([[5000], [5000], [10_000]]);
  });

  it("events are verified with the key of the connection string, and the URL has no code", async () => {
    const kit = startHandler(createChat(), { connectionString: CONNECTION_STRING });
    const url = "https://app.example/api/chat/message?code=whatever";
    for (const changes of [{ url }, {}]) {
      expect((await kit.handler(kit.event({ name: "connected", ...changes }))).status).toBe(204);
    }
  });
});
