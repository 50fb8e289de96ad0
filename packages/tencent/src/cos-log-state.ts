import type { Clock, LogState } from "@hubbub/core";
import type { CosKeys } from "./cos-keys.ts";
import { readLogBounds } from "./cos-log-bounds.ts";
import type { CosRequests } from "./cos-requests.ts";

/** What this process knows of a room's log. */
export interface KnownLog {
  readonly epoch: string;
  /** The seq before the oldest slot that is there. */
  floor: number;
  head: number;
  readonly until: number;
}

/** Where logs begin and end. */
export interface CosLogStates {
  /** What is known, if it is fresh enough. */
  known(room: string): KnownLog | undefined;
  /** Forgets it: something was not as it said. */
  forget(room: string): void;
  /** Reads it from COS, whatever is known. */
  load(room: string): Promise<KnownLog>;
  /** The state now. */
  state(room: string): Promise<LogState>;
}

interface Parts {
  requests: CosRequests;
  keys: CosKeys;
  clock: Pick<Clock, "now">;
  /** Makes what nobody can guess. */
  id: () => string;
  /** How long an epoch and a beginning are taken for granted, in milliseconds. */
  knownMs: number;
}

const MAX_WIDTH = 16;
const MAX_ROOMS = 10_000;

/** Creates what reads the beginnings and ends of logs. */
export function createCosLogStates(parts: Parts): CosLogStates {
  const { requests, keys, clock, knownMs } = parts;
  const rooms = new Map<string, KnownLog>();

  async function load(room: string): Promise<KnownLog> {
    const { epoch, floor, head, lone, strays } = await readLogBounds(parts, room);
    const loaded: KnownLog = {
      ...{ epoch: epoch ?? (await begin(parts, room)), floor },
      head: await findHead(parts, room, head),
      until: clock.now() + knownMs,
    };
    for (const seq of lone.filter((each) => each > loaded.head)) {
      requests.distrust("an entry of a log", keys.slot(room, seq), { room });
    }
    await removeStrays(parts, room, strays);
    rooms.delete(room);
    rooms.set(room, loaded);
    if (rooms.size > MAX_ROOMS) rooms.delete(rooms.keys().next().value as string);
    return loaded;
  }

  function known(room: string): KnownLog | undefined {
    const found = rooms.get(room);
    return found && found.until > clock.now() ? found : undefined;
  }

  return {
    known,
    forget: (room) => void rooms.delete(room),
    load,
    async state(room) {
      const found = known(room);
      // What is known is only its past: that the next slot is not there is what counts, and takes no LIST.
      if (found) found.head = Math.max(found.head, await findHead(parts, room, found.head));
      const { epoch, floor, head } = found ?? (await load(room));
      return { epoch, oldest: floor + 1, head };
    },
  };
}

/** Deletes beginnings that are none, before the log grows beyond them and hides what it has. */
async function removeStrays(
  { requests, keys }: Parts,
  room: string,
  floors: readonly number[],
): Promise<void> {
  const strays = floors.map((floor) => keys.floor(room, floor));
  for (const key of strays) requests.distrust("the beginning of a log", key, { room });
  await requests.delete(strays).catch(() => undefined); // Whoever comes next tries again.
}

/** The epoch of a log is settled by whoever asks first; the tag of its object tells it in every listing. */
async function begin({ requests, keys, id }: Parts, room: string): Promise<string> {
  const put = await requests.putIfAbsent(keys.epoch(room), JSON.stringify({ epoch: id() }));
  const etag = put.stored ? put.etag : put.found?.etag;
  return etag ?? begin({ requests, keys, id } as Parts, room);
}

/** The last slot from `head` on: more and more at once are looked for, until one is not there. */
async function findHead({ requests, keys }: Parts, room: string, head: number): Promise<number> {
  let last = head;
  for (let width = 1; ; width = Math.min(MAX_WIDTH, 2 * width)) {
    const seqs = Array.from({ length: width }, (_, index) => last + 1 + index);
    const found = await Promise.all(seqs.map((seq) => requests.get(keys.slot(room, seq))));
    const run = found.indexOf(undefined);
    last += run < 0 ? width : run;
    if (run >= 0) return last;
  }
}
