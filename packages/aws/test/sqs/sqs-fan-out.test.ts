import { SQSClient } from "@aws-sdk/client-sqs";
import { createLocalSqs } from "@hubbub/local/aws";
import { createCountingMeter } from "@hubbub/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSqsFanOut, type SqsClientLike, type SqsFanOutOptions } from "../../src/index.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const job = (seq: number, more: object = {}) => ({ room: "lobby", epoch: "e", seq, ...more });

async function start(options: Partial<SqsFanOutOptions> = {}) {
  const sqs = await createLocalSqs({ queues: { jobs: {} } });
  onTestFinished(() => sqs.close());
  const queue = sqs.queue("jobs");
  const meter = createCountingMeter();
  const fanOut = createSqsFanOut({
    queueUrl: queue.url,
    ...{ region: "us-east-1", credentials, meter, random: () => 0 },
    ...options,
  });
  const bodies = () => queue.take(10).map(({ body }) => JSON.parse(body));
  return { fanOut, queue, meter, bodies, sqs };
}

/** A client whose answers are made up; `answer` gets how many entries there were. */
function clientThat(answer: (bodies: string[]) => unknown): SqsClientLike {
  return {
    async send({ input: { Entries = [] } }) {
      return answer(Entries.map(({ MessageBody = "" }) => MessageBody)) as never;
    },
  };
}

describe("createSqsFanOut with the official client", () => {
  it("puts a job into the queue, without a message in it", async () => {
    const { fanOut, bodies } = await start();
    await fanOut.enqueue({ ...job(7), cursor: "c", except: "L0SM9cOFvHcCIhw=" });
    expect(bodies()).toEqual([{ ...job(7), cursor: "c", except: "L0SM9cOFvHcCIhw=" }]);
  });

  it.each([
    [10, 1],
    [11, 2],
    [30, 3],
  ])("sends %i jobs of one moment in %i requests", async (jobs, requests) => {
    const { fanOut, queue, meter } = await start();
    await Promise.all(Array.from({ length: jobs }, (_, n) => fanOut.enqueue(job(n + 1))));
    expect(queue.counts().visible).toBe(jobs);
    expect(meter.counts().enqueue).toBe(requests);
  });

  it("makes one job of each part of a room, but not of a job that has begun", async () => {
    const { fanOut, bodies, meter } = await start({ parts: async () => ["p0", "p1", "p2"] });
    await fanOut.enqueue(job(1, { except: "x" }));
    const parts = ["p0", "p1", "p2"].map((cursor) => job(1, { cursor, except: "x" }));
    expect(bodies()).toEqual(parts);
    expect(meter.counts().enqueue).toBe(1);
    await fanOut.enqueue(job(2, { cursor: "p1/42" }));
    expect(bodies()).toEqual([job(2, { cursor: "p1/42" })]);
  });

  it("rejects for a queue that is not there, and names it", async () => {
    const { sqs } = await start();
    const queueUrl = `${sqs.queue("jobs").url}-not-there`;
    const { fanOut } = await start({ queueUrl });
    const rejected = await fanOut.enqueue(job(1)).catch((error: unknown) => error);
    expect(rejected).toMatchObject({ code: "unavailable" });
    expect(String(rejected)).toMatch(/jobs-not-there.*(QueueDoesNotExist|NonExistentQueue)/);
  });

  it("rejects when a permission is missing, and names it", async () => {
    const client = clientThat(() => {
      throw Object.assign(new Error("no identity-based policy allows it"), {
        name: "AccessDenied",
      });
    });
    const { fanOut } = await start({ client });
    const rejected = await fanOut.enqueue(job(1)).catch((error: unknown) => error);
    expect(rejected).toMatchObject({ code: "unavailable" });
    expect(String(rejected)).toMatch(/\/jobs .*AccessDenied.*sqs:SendMessage/);
  });

  it("rejects while nobody answers", async () => {
    const client = new SQSClient({ region: "us-east-1", credentials, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    const { fanOut } = await start({ client, queueUrl: "http://127.0.0.1:9/000000000000/jobs" });
    await expect(fanOut.enqueue(job(1))).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("createSqsFanOut with a client that is half refused", () => {
  const failed = (index: number, SenderFault: boolean) => ({
    ...{
      Id: String(index),
      SenderFault,
      Code: SenderFault ? "InvalidMessageContents" : "InternalError",
    },
  });

  it("tries again what SQS did not take, and only that", async () => {
    const sent: string[][] = [];
    const client = clientThat((bodies) => {
      sent.push(bodies);
      return sent.length === 1 ? { Failed: [failed(1, false)] } : {};
    });
    const { fanOut } = await start({ client });
    await Promise.all([fanOut.enqueue(job(1)), fanOut.enqueue(job(2)), fanOut.enqueue(job(3))]);
    expect(sent.map((bodies) => bodies.map((body) => JSON.parse(body).seq))).toEqual([
      [1, 2, 3],
      [2],
    ]);
  });

  it("rejects a job that is never taken, or that is at fault itself, and no other", async () => {
    const sent: number[][] = [];
    const client = clientThat((bodies) => {
      sent.push(bodies.map((body) => JSON.parse(body).seq));
      if (sent.length > 1) return { Failed: [failed(0, false)] };
      return { Failed: [failed(0, false), failed(1, true)] };
    });
    const { fanOut } = await start({ client });
    const results = await Promise.allSettled([1, 2, 3].map((seq) => fanOut.enqueue(job(seq))));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(sent).toEqual([[1, 2, 3], [1], [1]]);
    expect(String(results[1]?.status === "rejected" && results[1].reason)).toContain(
      "InvalidMessageContents",
    );
  });

  it("rejects a job whose parts could not be found out", async () => {
    const parts = async () => Promise.reject(new Error("no table"));
    const { fanOut } = await start({ parts });
    await expect(fanOut.enqueue(job(1))).rejects.toThrow("no table");
  });
});

it.each([
  [{ queueUrl: "" }, /queueUrl/],
  [{ queueUrl: "ftp://sqs/1/jobs" }, /queueUrl/],
  [{ queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/jobs.fifo" }, /FIFO/],
  [{ queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/jobs", parts: 3 as never }, /parts/],
])("a wrong option is named: %j", (options, message) => {
  expect(() => createSqsFanOut(options)).toThrow(
    expect.objectContaining({ code: "invalid_argument", message: expect.stringMatching(message) }),
  );
});
