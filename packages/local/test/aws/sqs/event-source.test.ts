import { describe, expect, it, onTestFinished } from "vitest";
import { createEventSource, type EventSourceOptions, type SqsEvent } from "../../../src/aws.ts";
import { createTestClock, silent } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

/** An event source on the queue `jobs`, which ends with the test. */
async function sourced(options: Partial<EventSourceOptions> & Pick<EventSourceOptions, "handler">) {
  const clock = createTestClock(Date.UTC(2026, 0, 2));
  const { sqs } = await startSqs({ clock });
  const queue = sqs.queue("jobs");
  const source = createEventSource({ queue, logger: silent, ...options });
  onTestFinished(() => source.close());
  return { clock, queue, source };
}

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };

describe("createEventSource", () => {
  it("calls the handler with Lambda's event and deletes what it handled", async () => {
    const events: SqsEvent[] = [];
    const { queue, source, clock } = await sourced({
      handler: async (event) => events.push(event),
    });
    const attributes = { room: { DataType: "String", StringValue: "lobby" } };
    const { id } = queue.send("job", { attributes });
    await source.idle();
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: id,
            receiptHandle: expect.any(String),
            body: "job",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: String(clock.now()),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: String(clock.now()),
            },
            messageAttributes: {
              room: {
                stringValue: "lobby",
                ...{ stringListValues: [], binaryListValues: [], dataType: "String" },
              },
            },
            md5OfBody: "9dddd5ce1b1375bc497feeb871842d4b",
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventSource: "aws:sqs",
            eventSourceARN: queue.arn,
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(queue.counts()).toEqual(EMPTY);
  });

  it("puts up to batchSize messages into an event", async () => {
    const sizes: number[] = [];
    const { queue, source } = await sourced({
      ...{ batchSize: 3, handler: async ({ Records }) => sizes.push(Records.length) },
    });
    for (let index = 0; index < 7; index++) queue.send("job");
    await source.idle();
    expect(sizes.sort()).toEqual([1, 3, 3]);
  });

  it("runs no more handlers at once than maximumConcurrency", async () => {
    let running = 0;
    let most = 0;
    const { queue, source } = await sourced({
      ...{ batchSize: 1, maximumConcurrency: 2 },
      handler: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    for (let index = 0; index < 9; index++) queue.send("job");
    await source.idle();
    expect([most, queue.counts()]).toEqual([2, EMPTY]);
  });

  it("hands everything out again after the visibility timeout when the handler throws", async () => {
    const counts: unknown[] = [];
    const { clock, queue, source } = await sourced({
      handler: async ({ Records }) => {
        counts.push(Records.map(({ attributes }) => attributes.ApproximateReceiveCount));
        if (counts.length === 1) throw new Error("boom");
      },
    });
    queue.send("job");
    await source.idle();
    expect(queue.counts().inFlight).toBe(1);
    await clock.advance(29_999);
    expect(counts).toHaveLength(1);
    await clock.advance(1);
    expect([counts, queue.counts()]).toEqual([[["1"], ["2"]], EMPTY]);
  });

  type Answer = (ids: string[]) => unknown;
  const failing: [string, string[], Answer][] = [
    ["the reported ones", ["b"], ([, id]) => ({ batchItemFailures: [{ itemIdentifier: id }] })],
    ["none for an empty list", [], () => ({ batchItemFailures: [] })],
    ["none for no answer", [], () => undefined],
    ["none for null", [], () => ({ batchItemFailures: null })],
    ["all for an unknown id", ["a", "b"], () => ({ batchItemFailures: [{ itemIdentifier: "x" }] })],
    ["all for an empty id", ["a", "b"], () => ({ batchItemFailures: [{ itemIdentifier: "" }] })],
    ["all for no id", ["a", "b"], () => ({ batchItemFailures: [{}] })],
    ["all for no list", ["a", "b"], () => ({ batchItemFailures: "a" })],
  ];
  it.each(failing)("keeps %s with reportBatchItemFailures", async (_name, kept, answer) => {
    let calls = 0;
    const { queue, source } = await sourced({
      reportBatchItemFailures: true,
      handler: async ({ Records }) => {
        calls += 1;
        return answer(Records.map(({ messageId }) => messageId));
      },
    });
    queue.send("a");
    queue.send("b");
    await source.idle();
    expect([calls, queue.counts().inFlight]).toEqual([1, kept.length]);
  });

  it("deletes all without reportBatchItemFailures, whatever is answered", async () => {
    const { queue, source } = await sourced({
      handler: async ({ Records: [record] }) => ({
        batchItemFailures: [{ itemIdentifier: record?.messageId }],
      }),
    });
    queue.send("a");
    await source.idle();
    expect(queue.counts()).toEqual(EMPTY);
  });

  it("gives up on a handler after timeoutMs", async () => {
    const remaining: number[] = [];
    const { clock, queue, source } = await sourced({
      timeoutMs: 3000,
      handler: (_event, context) => {
        remaining.push(context.getRemainingTimeInMillis());
        return new Promise(() => undefined);
      },
    });
    queue.send("job");
    while (remaining.length === 0) await new Promise(setImmediate);
    await clock.advance(3000);
    await source.idle();
    expect([remaining, queue.counts().inFlight]).toEqual([[3000], 1]);
  });

  it("is idle when what was left went to the dead-letter queue", async () => {
    const clock = createTestClock();
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dead";
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
    const { sqs } = await startSqs({ clock, queues: { dead: {}, jobs: { RedrivePolicy } } });
    const queue = sqs.queue("jobs");
    queue.send("job");
    queue.take(1, 0);
    let calls = 0;
    const source = createEventSource({ queue, handler: async () => calls++ });
    onTestFinished(() => source.close());
    queue.send("other");
    queue.take(2, 0);
    await source.idle();
    expect([calls, sqs.queue("dead").counts().visible]).toEqual([0, 2]);
  });

  it("takes nothing after close", async () => {
    let calls = 0;
    const { clock, queue, source } = await sourced({ handler: async () => calls++ });
    source.close();
    queue.send("job");
    await clock.advance(60_000);
    await source.idle();
    expect([calls, queue.counts().visible, clock.timers]).toEqual([0, 1, 0]);
  });

  it.each([
    ["batchSize", { batchSize: 11 }],
    ["maximumConcurrency", { maximumConcurrency: 1 }],
    ["timeoutMs", { timeoutMs: 30_001 }],
    ["speed is not an option", { speed: 1 }],
  ])("names the wrong option %s", async (name, options) => {
    const { sqs } = await startSqs();
    const create = () =>
      createEventSource({ queue: sqs.queue("jobs"), handler: async () => undefined, ...options });
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(create).toThrow(name);
  });
});
