import type {
  ConnectionStore,
  FanOutJob,
  FanOutQueue,
  HubGateway,
  Pusher,
  PushResult,
} from "@hubbub/core";
import type { SeenFrame } from "./observer.ts";
import type { World } from "./world.ts";

/** Looks at what one process makes of what it learns. */
export interface ProcessWatch {
  watchStore(store: ConnectionStore): ConnectionStore;
  watchPusher(pusher: Pusher): Pusher;
  watchQueue(queue: FanOutQueue): FanOutQueue;
  watchHub(hub: HubGateway): HubGateway;
  /**
   * The process has nothing to do: whoever is known to be gone was removed, or at least tried to be, and
   * whoever was throttled was tried again.
   */
  check(): void;
  /** What the deadline left over of a fan-out was handed to the queue, or at least tried to be. */
  checkQueued(frame: SeenFrame): void;
}

const MAX_TRIES = 3;

interface WatchedWorld extends Pick<World, "violated"> {
  readonly clock: Pick<World["clock"], "setTimer">;
  readonly plan: {
    readonly hurryMs: number;
    readonly hasQueue: boolean;
    readonly faults: { readonly pushSlow: number };
  };
}

/** Creates the watch of one process. */
export function createProcessWatch({ clock, plan, violated }: WatchedWorld): ProcessWatch {
  const gone = new Set<string>();
  const throttled = new Map<string, number>();
  const queued = new Set<string>();
  const working: FanOutJob[] = [];
  // A fan-out that is short of time gives up early.
  const isUnhurried = plan.hurryMs === Number.POSITIVE_INFINITY && plan.faults.pushSlow === 0;
  const keyOf = ({ room, epoch, seq }: Partial<FanOutJob>) => `${epoch} ${seq} ${room}`;
  const pageOf = (job: FanOutJob) => `${keyOf(job)} ${job.cursor}`;

  /** Messages are tried again when they are throttled; everything else is said once. */
  function countTries(connectionId: string, text: string, isThrottled: boolean): void {
    if (!text.startsWith('{"type":"message"')) return;
    const key = `${connectionId} ${text}`;
    const tries = (throttled.get(key) ?? 0) + 1;
    if (isThrottled && tries < MAX_TRIES) throttled.set(key, tries);
    else throttled.delete(key);
  }

  function complain(): void {
    for (const connectionId of gone) {
      violated("G9", `${connectionId} is known to be gone, and nobody tried to remove it`);
    }
    gone.clear();
    if (isUnhurried) {
      for (const key of throttled.keys()) violated("G9", `throttled and given up: ${key}`);
    }
    throttled.clear();
  }

  return {
    watchStore: (store) => ({
      ...store,
      close(connectionId) {
        gone.delete(connectionId);
        return store.close(connectionId);
      },
    }),
    watchPusher: (pusher) => ({
      ...pusher,
      async send(connectionId, text) {
        let result: PushResult | undefined;
        try {
          result = await pusher.send(connectionId, text);
          if (result === "gone") gone.add(connectionId);
          return result;
        } finally {
          countTries(connectionId, text, result === "throttled");
        }
      },
    }),
    watchQueue: (queue) => ({
      enqueue(job) {
        queued.add(keyOf(job));
        const sources = working.filter((one) => keyOf(one) === keyOf(job));
        // Unless it is the rest of one that was delivered again, while what it left the first time is still
        // under way. Otherwise there would be one more of them with each crash after this, for ever.
        if (sources.length > 0 && sources.every((one) => pageOf(one) === pageOf(job))) {
          violated("G9", `a job that came to nothing is queued again: ${pageOf(job)}`);
        }
        return queue.enqueue(job);
      },
    }),
    watchHub: (hub) => ({
      ...hub,
      async fanOut(job, options) {
        working.push(job);
        try {
          return await hub.fanOut(job, options);
        } finally {
          working.splice(working.indexOf(job), 1);
        }
      },
    }),
    check() {
      // Once what was just learned is acted upon.
      if (gone.size + throttled.size > 0) clock.setTimer(0, complain);
    },
    checkQueued(frame) {
      if (plan.hasQueue && !queued.has(keyOf(frame))) {
        violated("G9", `the rest of the fan-out of ${frame.seq} in ${frame.room} went to no queue`);
      }
    },
  };
}
