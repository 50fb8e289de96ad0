import type { FanOutJob, PushResult } from "@hubbub/core";
import { createHub } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { createVirtualClock, type VirtualClock } from "@hubbub/testing";
import {
  createFanOutWorker,
  type FanOutWorker,
  type FanOutWorkerOptions,
} from "../../src/index.ts";
import { chat, createProblems, type Problem } from "../lambda/lambda-kit.ts";

/** How many are in the room of {@link startWorker}, unless it is told otherwise. */
export const COUNT = 12;

/** A worker and what it works on. */
export interface WorkerKit {
  /** Does jobs in so much time, and answers which are handed back: `r0` for the first, and so on. */
  run(remainingMs: number, ...bodies: unknown[]): Promise<string[]>;
  /** The job of the message in the log. */
  readonly job: FanOutJob;
  /** What was queued. */
  readonly jobs: FanOutJob[];
  /** Who was pushed to, and with which text. */
  readonly got: string[];
  readonly texts: string[];
  readonly problems: Problem[];
  readonly worker: FanOutWorker;
  readonly log: ReturnType<typeof createMemoryRoomLog>;
  readonly clock: VirtualClock;
}

/** A room, one message in its log, and a worker whose pushes take a second each. */
export async function startWorker(
  options: Partial<FanOutWorkerOptions> = {},
  count: number = COUNT,
): Promise<WorkerKit> {
  const clock = createVirtualClock();
  const { problems, logger } = createProblems();
  let ids = 0;
  const ports = { clock, logger, random: () => 0.5, id: () => `id-${++ids}` };
  const store = createMemoryConnectionStore(ports);
  const log = createMemoryRoomLog(ports);
  const jobs: FanOutJob[] = [];
  const got: string[] = [];
  const texts: string[] = [];
  const backend = {
    ...{ store, log },
    queue: { enqueue: async (job: FanOutJob) => void jobs.push(job) },
    pusher: {
      async send(connectionId: string, text: string): Promise<PushResult> {
        await clock.sleep(1000);
        got.push(connectionId);
        texts.push(text);
        return "sent";
      },
      close: async () => undefined,
    },
  };
  for (let n = 0; n < count; n++) {
    const connection = {
      connectionId: `c${n}`,
      user: { userId: `u${n}` },
      protocol: "hubbub.v1",
    } as const;
    const times = { rooms: [], connectedAt: 0, expiresAt: Infinity };
    await store.open({ ...connection, ...times });
    await store.join(connection.connectionId, "lobby");
  }
  const quiet = { send: async (): Promise<PushResult> => "sent", close: async () => undefined };
  const hub = createHub(chat, { ...ports, ...backend, pusher: quiet });
  const { epoch, seq } = await hub.publish("lobby", "say", { text: "hi" });
  const worker = createFanOutWorker(chat, {
    ...ports,
    ...backend,
    ...{ concurrency: 1, pageSize: 4, pushesPerSecond: 1_000_000 },
    ...options,
  });
  const job = { room: "lobby", epoch, seq };
  const record = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) });
  async function run(remainingMs: number, ...bodies: unknown[]) {
    const until = clock.now() + remainingMs;
    const context = { getRemainingTimeInMillis: () => until - clock.now() };
    const Records = bodies.map((body, index) => record(`r${index}`, body));
    const answer = worker({ Records }, context).then(({ batchItemFailures }) =>
      batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    );
    let ended = false;
    const end = () => {
      ended = true;
    };
    answer.then(end, end);
    for (let step = 0; step < 1000 && !ended; step++) await clock.advance(100);
    return answer;
  }
  return { run, job, jobs, got, texts, problems, worker, log, clock };
}
