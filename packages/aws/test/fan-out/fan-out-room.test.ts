import { randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  createEventSource,
  createLocalSqs,
  type LambdaHandler,
  type SqsEvent,
} from "@hubbub/local/aws";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createFanOutWorker, type FanOutWorker } from "../../src/index.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { chat, createProblems, credentials, startLambda } from "../lambda/lambda-kit.ts";

const dynamo = await startDynamo();
const COUNT = 40;
const SHARDS = 4;

/** A room of 40 in four shards, of which everything above 10 goes by the queue. */
async function start(wrap: (worker: FanOutWorker) => LambdaHandler<SqsEvent> = (worker) => worker) {
  const sqs = await createLocalSqs({ queues: { jobs: { VisibilityTimeout: "1" } } });
  onTestFinished(() => sqs.close());
  const queue = sqs.queue("jobs");
  const kit = await startLambda(dynamo, chat, {
    handler: { queueUrl: queue.url, shards: SHARDS, fanOutAbove: 10 },
  });
  const { problems, logger } = createProblems();
  const worker = createFanOutWorker(chat, {
    ...{ tableName: kit.tableName, client: dynamo.client, queueUrl: queue.url, shards: SHARDS },
    ...{ callbackUrl: kit.gateway.callbackUrl, region: "us-east-1", credentials, logger },
    ...{ maximumConcurrency: 2, pushesPerSecond: 2000, meter: kit.meter },
  });
  onTestFinished(() => worker.close());
  const source = createEventSource({
    ...{ queue, handler: wrap(worker), batchSize: 1, maximumConcurrency: 2 },
    ...{ reportBatchItemFailures: true, timeoutMs: 1000, logger },
  });
  onTestFinished(() => source.close());

  const heard: string[][] = [];
  for (let n = 0; n < COUNT; n++) {
    const socket = new WebSocket(kit.gateway.url, "hubbub.v1");
    onTestFinished(() => socket.terminate());
    const texts: string[] = [];
    heard.push(texts);
    await once(socket, "open");
    socket.send(
      JSON.stringify([
        { type: "hello", session: randomUUID() },
        { type: "join", room: "lobby" },
      ]),
    );
    await once(socket, "message");
    socket.on("message", (data) => {
      for (const frame of [JSON.parse(String(data))].flat()) {
        if (frame.type === "message") texts.push(frame.data.text);
      }
    });
  }
  return { ...kit, queue, source, heard, problems };
}

describe("a message for a big room", { timeout: 30_000 }, () => {
  it("becomes a small job for each shard, and reaches everybody once", async () => {
    const { handler, queue, heard, meter, source } = await start();
    source.close();
    meter.reset();
    const { report } = await handler.hub.publish("lobby", "say", { text: "hi" });
    expect(report).toMatchObject({ sent: 0, deferred: true });
    expect(queue.counts().visible).toBe(SHARDS);
    // The slot, a look at the room and one at how many shards it has.
    expect(meter.counts()).toMatchObject({ list: 2, write: 1, enqueue: 1, push: 0 });
    for (const { body } of queue.take(10)) {
      expect(body.length).toBeLessThan(200);
      expect(body).not.toContain("hi");
    }
    expect(heard.flat()).toEqual([]);
  });

  it("reaches everybody once if all goes well, at the price of a push each", async () => {
    const { handler, heard, meter, source, gateway, problems } = await start();
    meter.reset();
    await handler.hub.publish("lobby", "say", { text: "hi" });
    await expect.poll(() => heard.filter((texts) => texts.length > 0).length).toBe(COUNT);
    await source.idle();
    await gateway.idle();
    expect(heard).toEqual(Array.from({ length: COUNT }, () => ["hi"]));
    expect(meter.counts().push).toBe(COUNT);
    expect(problems).toEqual([]);
  });

  it("reaches everybody though each worker dies midway at first", async () => {
    const deaths: string[] = [];
    const { handler, heard, queue, gateway } = await start((worker) => async (event, context) => {
      const { body = "" } = event.Records[0] ?? {};
      if (deaths.includes(body)) return worker(event, context);
      deaths.push(body);
      // The process is gone after five pushes: what it answers, nobody hears.
      let pushes = 0;
      gateway.faults.management = () => (++pushes > 5 ? { error: "no-answer" } : undefined);
      await worker(event, context);
      gateway.faults.management = () => undefined;
      throw new Error("the worker died");
    });
    await handler.hub.publish("lobby", "say", { text: "hi" });
    await expect
      .poll(() => heard.filter((texts) => texts.includes("hi")).length, { timeout: 15_000 })
      .toBe(COUNT);
    expect(deaths.length).toBe(SHARDS);
    // Whoever heard it again has the same frame, which a client knows by its seq.
    expect(new Set(heard.flat())).toEqual(new Set(["hi"]));
    await expect
      .poll(() => queue.counts(), { timeout: 5000 })
      .toMatchObject({ visible: 0, inFlight: 0 });
  });
});
