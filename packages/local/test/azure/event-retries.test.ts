import { describe, expect, it } from "vitest";
import type { LocalWebPubSubOptions, WebPubSubFaults } from "../../src/azure.ts";
import { connect, createTestClock } from "../kit.ts";
import {
  createHandler,
  namesOf,
  type SeenEvent,
  serviceClient,
  startService,
  text,
  until,
} from "./web-pubsub-kit.ts";

type Answer = (event: SeenEvent) => Response | undefined | Promise<Response | undefined>;

async function start(answer?: Answer, options: LocalWebPubSubOptions = {}) {
  const seen = createHandler(answer);
  const clock = createTestClock();
  const hubs = { chat: { eventHandlers: [{ handler: seen.handler }] } };
  const faults: WebPubSubFaults = {};
  const service = await startService({ hubs, clock, faults, ...options });
  const client = await connect(service.clientUrl("chat", { userId: "ada" }));
  await until(() => seen.events.length === 2);
  const messages = () => seen.events.filter(({ headers }) => headers["ce-eventname"] === "message");
  return { ...seen, messages, clock, faults, service, client };
}

describe("retries of an event", () => {
  it.each([408, 500, 503])("follow %i after 1, 3 and 5 seconds, all the same", async (status) => {
    const { client, clock, messages } = await start(({ body }) =>
      body === "hi" ? new Response(null, { status }) : undefined,
    );
    client.ws.send("hi");
    await until(() => messages().length === 1);
    const counts: number[] = [];
    for (const ms of [999, 1, 2999, 1, 4999]) {
      await clock.advance(ms);
      counts.push(messages().length);
    }
    expect(counts).toEqual([1, 2, 2, 3, 3]);
    await clock.advance(1);
    await until(() => messages().length === 4);
    expect((await client.closed).code).toBe(1011);
    const [first, ...others] = messages();
    for (const other of others) expect(other).toEqual(first);
  });

  it.each([400, 401, 404, 429])("do not follow %i", async (status) => {
    const { client, messages } = await start(({ body }) =>
      body === "hi" ? new Response(null, { status }) : undefined,
    );
    client.ws.send("hi");
    expect((await client.closed).code).toBe(1011);
    expect(messages()).toHaveLength(1);
  });

  it("follow a handler that throws, and the client gets the answer", async () => {
    let calls = 0;
    const { client, clock } = await start(({ body }) => {
      if (body !== "hi") return undefined;
      calls += 1;
      if (calls === 1) throw new Error("a bug");
      return new Response("at last");
    });
    client.ws.send("hi");
    await until(() => calls === 1);
    await clock.advance(1000);
    expect(await client.next()).toBe("at last");
  });

  it("follow a lost answer: the handler sees the event twice", async () => {
    const { client, clock, faults, messages } = await start(({ body }) =>
      body === "hi" ? new Response("done") : undefined,
    );
    const seen: unknown[] = [];
    faults.answers = ({ type, id }, attempt) => {
      seen.push([type, id, attempt]);
      return attempt === 0 ? "lost" : undefined;
    };
    client.ws.send("hi");
    await until(() => seen.length === 1);
    await clock.advance(1000);
    expect(await client.next()).toBe("done");
    expect(seen).toEqual([
      ...[
        ["user.message", 2, 0],
        ["user.message", 2, 1],
      ],
    ]);
    expect(messages()[0]).toEqual(messages()[1]);
  });

  it("end with the time that an event has", async () => {
    const { client, clock, messages } = await start(
      async ({ body }) => (body === "hi" ? new Promise<never>(() => undefined) : undefined),
      { eventTimeoutMs: 100 },
    );
    client.ws.send("hi");
    await until(() => messages().length === 1);
    await clock.advance(100);
    expect((await client.closed).code).toBe(1011);
  });
});

describe("faults of events", () => {
  it("double an event, and the first answer counts", async () => {
    let calls = 0;
    const { client, faults, messages, service } = await start(({ body }) =>
      body === "hi" ? new Response(String(++calls)) : undefined,
    );
    faults.events = ({ type }) => (type === "user.message" ? [0, 0] : [0]);
    client.ws.send("hi");
    expect(await client.next()).toBe("1");
    await service.idle();
    expect(messages()).toHaveLength(2);
    expect(messages()[0]).toEqual(messages()[1]);
  });

  it("lose an event: its client is closed", async () => {
    const { client, faults, messages } = await start();
    faults.events = ({ type }) => (type === "user.message" ? [] : [0]);
    client.ws.send("hi");
    expect((await client.closed).code).toBe(1011);
    expect(messages()).toEqual([]);
  });

  it("lose disconnected, or bring it 30 seconds late", async () => {
    const { client, clock, faults, events, service } = await start();
    const other = await connect(service.clientUrl("chat"));
    await until(() => events.length === 4);
    const [first] = service.connections("chat");
    faults.events = ({ type, connectionId }) => {
      if (type !== "sys.disconnected") return [0];
      return connectionId === first ? [30_000] : [];
    };
    client.ws.close();
    other.ws.close();
    await until(() => service.connections("chat").length === 0);
    await clock.advance(29_999);
    expect(events).toHaveLength(4);
    await clock.advance(1);
    await service.idle();
    expect(events.slice(4).map(({ headers }) => headers["ce-connectionid"])).toEqual([first]);
  });

  it("bring connected after the first message", async () => {
    const seen = createHandler();
    const clock = createTestClock();
    const service = await startService({
      ...{ clock, hubs: { chat: { eventHandlers: [{ handler: seen.handler }] } } },
      faults: { events: ({ type }) => (type === "sys.connected" ? [500] : [0]) },
    });
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("hi");
    await until(() => seen.events.length === 2);
    await clock.advance(500);
    await service.idle();
    expect(namesOf(seen.events)).toEqual(["connect", "message", "connected"]);
    expect(seen.events.map(({ headers }) => headers["ce-id"])).toEqual(["0", "2", "1"]);
  });

  it("bring a broadcast and the answer to its sender in either order", async () => {
    const order = async (faults: WebPubSubFaults) => {
      const clock = createTestClock();
      const { handler } = createHandler(async ({ headers }) => {
        if (headers["ce-eventname"] !== "message") return undefined;
        await sdk.sendToAll("broadcast", text);
        return new Response("reply");
      });
      const hubs = { chat: { eventHandlers: [{ handler }] } };
      const service = await startService({ clock, hubs, faults });
      const sdk = serviceClient(service);
      const client = await connect(service.clientUrl("chat"));
      await service.idle();
      client.ws.send("hi");
      const first = client.next();
      let come = false;
      void first.then(() => {
        come = true;
      });
      while (!come) await clock.advance(10);
      const second = client.next();
      await clock.advance(1000);
      return [await first, await second];
    };
    expect(await order({ replies: () => 100 })).toEqual(["broadcast", "reply"]);
    expect(await order({ rest: () => ({ deliveryDelayMs: 1000 }) })).toEqual([
      ...["reply", "broadcast"],
    ]);
  });
});
