import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createEventSource, createLocalSqs, type SqsEvent } from "@hubbub/local/aws";
import { createVirtualClock } from "@hubbub/testing";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { chat, createProblems, enter, startLambda } from "../lambda/lambda-kit.ts";

const dynamo = await startDynamo();
const COUNT = 12;
const VISIBLE_MS = 60_000;
let folder = "";

/** Processes that do jobs, one after the other; who is dead is replaced at the next job. */
function createProcesses(env: Record<string, string>) {
  const all: ChildProcess[] = [];
  onTestFinished(() => all.forEach((each) => void each.kill("SIGKILL")));
  const start = () => {
    const child = fork(join(folder, "worker.cjs"), { env: { ...process.env, ...env } });
    all.push(child);
    return child;
  };
  const lives = (child: ChildProcess | undefined) =>
    child?.exitCode === null && child.signalCode === null;
  return {
    all,
    async handle(event: SqsEvent): Promise<unknown> {
      const last = all.at(-1);
      const child = last && lives(last) ? last : start();
      const died = once(child, "exit").then(([, signal]) => {
        throw new Error(`the worker died of ${signal}`);
      });
      died.catch(() => undefined); // It may die later, and nobody waits for it.
      child.send(event);
      const [answer] = await Promise.race([once(child, "message"), died]);
      return answer;
    },
  };
}

/** A room of 12 whose messages go by the queue, which hides a job for a minute of its own clock. */
async function start() {
  const clock = createVirtualClock({ startAt: Date.now() });
  const queues = { jobs: { VisibilityTimeout: String(VISIBLE_MS / 1000) } };
  const sqs = await createLocalSqs({ clock, queues });
  onTestFinished(() => sqs.close());
  const queue = sqs.queue("jobs");
  const kit = await startLambda(dynamo, chat, {
    handler: { queueUrl: queue.url, fanOutAbove: COUNT - 1 },
  });
  const processes = createProcesses({
    TABLE: kit.tableName,
    TEST_DYNAMO: dynamo.endpoint,
    TEST_CALLBACK: kit.gateway.callbackUrl,
    QUEUE_URL: queue.url,
    NODE_NO_WARNINGS: "1",
  });
  const { problems, logger } = createProblems();
  const source = createEventSource({
    ...{ queue, batchSize: 1, maximumConcurrency: 2, reportBatchItemFailures: true, logger },
    handler: processes.handle,
  });
  onTestFinished(() => source.close());
  const members = await Promise.all(Array.from({ length: COUNT }, () => enter(kit.open())));
  return { ...kit, clock, queue, source, processes, problems, members };
}

describe("a worker whose process is killed midway", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hubbub-worker-"));
    await build({
      entryPoints: [fileURLToPath(new URL("worker-process.ts", import.meta.url))],
      ...{ outfile: join(folder, "worker.cjs"), bundle: true, platform: "node", format: "cjs" },
      ...{ target: "node20", mainFields: ["module", "main"], logLevel: "error" },
    });
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("loses nobody: its job is done anew once it is visible again, and each hears it once", async () => {
    const { handler, gateway, clock, queue, source, processes, problems, members } = await start();
    const pushed: string[] = [];
    gateway.faults.management = ({ connectionId }) => {
      pushed.push(connectionId);
      if (pushed.length === 5) processes.all[0]?.kill("SIGKILL");
      return undefined;
    };
    const heard = () => members.filter((each) => each.heard.length > 0).length;
    await handler.hub.publish("lobby", "say", { text: "hi" });
    await expect.poll(() => problems.length, { timeout: 30_000 }).toBe(1);
    await gateway.idle();
    expect(processes.all[0]?.signalCode).toBe("SIGKILL");
    expect(pushed.length).toBeLessThan(COUNT);
    expect(heard()).toBeLessThan(COUNT);
    expect(queue.counts()).toMatchObject({ visible: 0, inFlight: 1 });

    await clock.advance(VISIBLE_MS - 1);
    expect(queue.counts()).toMatchObject({ visible: 0, inFlight: 1 });
    await clock.advance(1);
    await expect.poll(heard, { timeout: 30_000 }).toBe(COUNT);
    await source.idle();
    await gateway.idle();
    expect(processes.all).toHaveLength(2);
    expect(queue.counts()).toMatchObject({ visible: 0, inFlight: 0 });
    expect(pushed.length).toBeGreaterThan(COUNT); // Some got it twice, and know it by its seq.
    expect(members.map((each) => each.heard)).toEqual(members.map(() => ["hi"]));
    expect(problems).toHaveLength(1);
  });
});
