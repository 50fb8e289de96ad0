import { randomUUID } from "node:crypto";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  createDynamoConnectionStore,
  createFanOutWorker,
  createLambdaHandler,
  type LambdaHandlerOptions,
} from "@hubbub/aws";
import { defineChat, type FanOutJob } from "@hubbub/core";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { startLocalTable } from "./local-table.ts";

const dynamo = await startLocalTable();
afterAll(() => dynamo.close());

/** DynamoDB's capacity units, as it counts them itself. */
const used = { read: 0, write: 0 };
dynamo.client.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (args) => {
      const input = { ...args.input, ReturnConsumedCapacity: "TOTAL" };
      const result = await next({ ...args, input });
      const capacity = [Object(result.output).ConsumedCapacity].flat();
      const kind = /^(?:Get|Query|BatchGet)/.test(commandName) ? "read" : "write";
      for (const each of capacity) used[kind] += each?.CapacityUnits ?? 0;
      return result;
    },
  { step: "initialize" },
);
const client = DynamoDBDocumentClient.from(dynamo.client);
let offsetMs = 0;
const clock = { now: () => Date.now() + offsetMs, sleep: async () => {} };
let tables = 0;
const me = "L0SM9cOFvHcCI00=";

/** A room of so many, whose names are as long as people's are. */
async function fill(tableName: string, members: number, shards: number): Promise<void> {
  const ports = { clock, random: Math.random, id: randomUUID };
  const store = createDynamoConnectionStore({ ...ports, client, tableName, shards });
  const connectedAt = clock.now();
  const lease = { connectedAt, expiresAt: connectedAt + 180_000 };
  const enter = async (number: number) => {
    const connectionId = `L0SM9cOF${number}I=`;
    const user = { userId: `user-${number}`, name: "Ann Smith" };
    await store.open({ connectionId, user, protocol: "hubbub.v1", rooms: [], ...lease });
    await store.join(connectionId, "lobby");
  };
  const numbers = Array.from({ length: members }, (_, index) => 10_000 + index);
  while (numbers.length > 0) await Promise.all(numbers.splice(0, 50).map(enter));
}

/** The functions over a room of so many, I among them. */
async function start(members: number, { presence }: { presence: boolean }) {
  const tableName = `table-${++tables}`;
  await dynamo.create(tableName);
  const jobs: FanOutJob[] = [];
  let pushes = 0;
  const options: LambdaHandlerOptions = {
    ...{ tableName, client, shards: members > 200 ? 8 : 1, routeResponse: true, clock },
    callbackUrl: "https://abcd1234.execute-api.us-east-1.amazonaws.com/prod",
    queue: { enqueue: async (job) => void jobs.push(job) },
    pusher: {
      async send(connectionId) {
        if (connectionId !== me) pushes++; // An answer may ride on the route response or not.
        return "sent";
      },
      close: async () => {},
    },
  };
  const chat = defineChat({
    events: { say: { data: z.object({ text: z.string() }) } },
    authenticate: ({ token = "" }) => ({ userId: token, name: "Ann Smith" }),
    heartbeatMs: 60_000,
    ...(presence ? {} : { presence }),
  });
  const handler = createLambdaHandler(chat, options);
  const { routeResponse, ...common } = options;
  const worker = createFanOutWorker(chat, common);

  const event = (eventType: string, more: object = {}) =>
    handler({
      ...{
        requestContext: {
          connectionId: me,
          apiId: "abcd1234",
          stage: "prod",
          eventType,
          routeKey: "r",
        },
      },
      ...more,
    });
  const send = (...frames: object[]) => event("MESSAGE", { body: JSON.stringify(frames) });
  async function cost(work: () => Promise<unknown>) {
    Object.assign(used, { read: 0, write: 0 });
    pushes = 0;
    await work();
    return { ...used, pushes };
  }
  const headers = { "Sec-WebSocket-Protocol": "hubbub.v1" };
  const connect = () => event("CONNECT", { headers, queryStringParameters: { token: "user-1" } });
  const hello = { type: "hello", session: "0123456789abcdef" };
  return { tableName, handler, worker, jobs, event, send, cost, connect, hello };
}

/** A message after which the function knows where the log is, and one whose cost is looked at. */
async function messages(send: (...frames: object[]) => Promise<unknown>, epoch: string) {
  const say = (after: number) => ({
    ...{ type: "publish", room: "lobby", event: "say", epoch, after },
    ...{ mid: `message-number-${after}`, data: { text: "x".repeat(100) } },
  });
  await send(say(0));
  return () => send(say(1));
}

describe("the units in docs/clouds/aws.md", { timeout: 60_000 }, () => {
  it.each([
    { members: 10, read: 2 },
    { members: 100, read: 4 },
    { members: 1000, read: 31 },
  ])("are those of a message for $members members", async ({ members, read }) => {
    const { tableName, handler, worker, jobs, send, cost, connect, hello } = await start(members, {
      presence: false,
    });
    await connect();
    await send(hello, { type: "join", room: "lobby" });
    await fill(tableName, members - 1, members > 200 ? 8 : 1);
    const publish = await messages(send, (await handler.hub.history("lobby")).epoch);
    jobs.splice(0);
    const total = await cost(async () => {
      await publish();
      const Records = jobs.map((job) => ({ messageId: "1", body: JSON.stringify(job) }));
      expect(await worker({ Records })).toEqual({ batchItemFailures: [] });
    });
    expect(total).toEqual({ write: 1, read, pushes: members - 1 });
    expect(jobs).toHaveLength(members > 200 ? 1 : 0);
  });

  it("are those of all that one connection does", async () => {
    const { event, send, cost, connect, hello } = await start(10, { presence: false });
    const none = { read: 0, write: 0, pushes: 0 };
    expect(await cost(connect)).toEqual({ ...none, write: 1 });
    expect(await cost(() => send(hello))).toEqual({ ...none, read: 1 });
    const join = (room: string) => cost(() => send({ type: "join", room }));
    expect(await join("lobby")).toEqual({ ...none, read: 2, write: 3 });
    expect(await cost(() => event("DISCONNECT"))).toEqual({ ...none, write: 2 });
  });

  it.each([
    { members: 10, presence: true, read: 3 },
    { members: 10, presence: false, read: 2 },
    { members: 100, presence: true, read: 5 },
    { members: 100, presence: false, read: 2 },
  ])(
    "are those of a heartbeat among $members, presence $presence",
    async ({ members, presence, read }) => {
      const { tableName, handler, send, cost, connect, hello } = await start(members, { presence });
      await connect();
      await send(hello, { type: "join", room: "lobby" });
      await fill(tableName, members - 1, 1);
      const { epoch } = await handler.hub.history("lobby");
      await (await messages(send, epoch))();
      const rooms = [{ room: "lobby", epoch, seq: 2 }];
      offsetMs += 2000; // Who is there is no longer known from before.
      expect(await cost(() => send({ type: "ping", rooms }))).toEqual({
        read,
        write: 0,
        pushes: 0,
      });
    },
  );
});
