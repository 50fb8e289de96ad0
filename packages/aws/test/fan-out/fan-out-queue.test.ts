import { UnavailableError } from "@hubbub/core";
import { createEventSource, createLocalSqs } from "@hubbub/local/aws";
import { describe, expect, it, onTestFinished } from "vitest";
import { COUNT, startWorker } from "./worker-kit.ts";

const VISIBLE_MS = 360_000; // Six times what the worker may take, as Lambda's guide asks.
const RECEIVES = 5;

/** A worker behind a queue with a dead-letter queue; all go by one clock. */
async function start(batchSize: number) {
  const kit = await startWorker();
  const { clock, worker } = kit;
  const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:failed";
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: RECEIVES });
  const sqs = await createLocalSqs({
    clock,
    queues: { failed: {}, jobs: { VisibilityTimeout: String(VISIBLE_MS / 1000), RedrivePolicy } },
  });
  onTestFinished(() => sqs.close());
  const [queue, failed] = [sqs.queue("jobs"), sqs.queue("failed")];
  const invocations: string[][] = [];
  const listen = (): void => {
    const source = createEventSource({
      ...{ queue, batchSize, maximumConcurrency: 2, reportBatchItemFailures: true },
      timeoutMs: 60_000,
      handler(event, context) {
        invocations.push(event.Records.map(({ body }) => body));
        return worker(event, context);
      },
    });
    onTestFinished(() => source.close());
  };
  const send = (job: unknown) => queue.send(JSON.stringify(job)).body;
  return { ...kit, queue, failed, invocations, listen, send };
}

describe("jobs in one event of the queue", () => {
  it("fail each for itself: only what failed is received again, and not before its time", async () => {
    const { send, listen, job, log, invocations, queue, got, clock } = await start(10);
    const { read } = log;
    log.read = async (room, range) => {
      if (room === "down") throw new UnavailableError("down");
      return read(room, range);
    };
    send({ ...job, except: "c0" });
    const down = send({ ...job, room: "down" });
    send({ no: "job" });
    send({ ...job, except: "c1" });
    listen();
    await clock.advance(59_000);
    expect(invocations.map((bodies) => bodies.length)).toEqual([4]);
    expect(got).toHaveLength(2 * (COUNT - 1));
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });

    await clock.advance(VISIBLE_MS - 59_000 - 1);
    expect(invocations).toHaveLength(1);
    log.read = read;
    await clock.advance(1);
    expect(invocations[1]).toEqual([down]);
    await clock.advance(59_000);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(got).toHaveLength(2 * (COUNT - 1)); // There is nothing in that room's log.
  });
});

describe("a job that nobody can do", () => {
  it("is tried five times, six minutes apart, and then is with the failed ones; others go on", async () => {
    const { send, listen, job, log, invocations, queue, failed, got, clock } = await start(1);
    const { read } = log;
    log.read = async (room, range) => {
      if (room === "down") throw new UnavailableError("down");
      return read(room, range);
    };
    const poison = send({ ...job, room: "down" });
    send(job);
    listen();
    await clock.advance((RECEIVES - 1) * VISIBLE_MS);
    expect(got).toHaveLength(COUNT);
    expect(invocations.flat().filter((each) => each === poison)).toHaveLength(RECEIVES);
    expect(failed.counts().visible).toBe(0);
    await clock.advance(VISIBLE_MS);
    expect(failed.take(10).map(({ body }) => body)).toEqual([poison]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(invocations).toHaveLength(RECEIVES + 1);
  });
});
