import { repeatLater } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import type { HubbubClientErrorCode } from "./errors.ts";
import type { ClientFrame, ErrorFrame, ServerFrame } from "./frames.ts";
import { type RoomCore, readyConnection } from "./room-core.ts";
import { recover } from "./room-sync.ts";

/** Frames with one answer. They wait for the connection, and are repeated until it comes. */
export interface Calls {
  /**
   * Calls. The answer may be an `error`, also one of our own making.
   *
   * @param build Makes the frame, at every try; undefined gives up.
   * @param once Forbids to repeat it when nobody knows what became of it.
   */
  call(build: () => ClientFrame | undefined, once?: boolean): Promise<ServerFrame | undefined>;
  /** Sends what waits, if that is possible now. */
  pump(): void;
  /** Ends all calls. */
  end(): void;
}

interface Job {
  readonly build: () => ClientFrame | undefined;
  readonly once: boolean | undefined;
  readonly resolve: (answer?: ServerFrame) => void;
  failures: number;
  busy: boolean;
}

const failure = (code: HubbubClientErrorCode): ErrorFrame => ({ type: "error", code });

const lost = ({ ended }: Connection) => failure(ended ? "connection_lost" : "timeout");

/**
 * Creates an empty table of calls.
 *
 * @param r The room.
 * @returns The table.
 */
export function createCalls(r: RoomCore): Calls {
  const jobs = new Set<Job>();
  const finish = (job: Job, answer?: ServerFrame) => {
    jobs.delete(job);
    job.resolve(answer);
  };
  const again = (job: Job) => {
    job.busy = false;
    pump();
  };
  const decide = (job: Job, connection: Connection, answer?: ServerFrame) => {
    const error = answer?.type === "error" ? answer : undefined;
    // Nothing came of a frame that was not recognised, so even what may be sent once is sent again.
    if (error && recover(r, connection, error.code)) again(job);
    else if (job.once) finish(job, answer ?? lost(connection));
    else if (!answer) again(job);
    else if (error?.retryable) repeatLater(r.context, job, error, () => again(job));
    else finish(job, answer);
  };
  const pump = () => {
    for (const job of jobs) {
      const connection = readyConnection(r);
      if (job.busy || !connection) continue;
      const frame = job.build();
      job.busy = true;
      if (!frame) finish(job);
      else {
        connection.ask({ ...frame, room: r.name }, (answer) => {
          if (jobs.has(job)) decide(job, connection, answer);
        });
      }
    }
  };
  return {
    call: (build, once) =>
      new Promise((resolve) => {
        const job = { build, once, resolve, failures: 0, busy: false };
        jobs.add(job);
        if (r.left) finish(job, failure("closed"));
        pump();
      }),
    pump,
    end() {
      for (const job of jobs) finish(job, failure("closed"));
    },
  };
}
