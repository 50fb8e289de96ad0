import type { Clock, LogState } from "@hubbub/core";
import { type CosKeys, numberIn } from "./cos-keys.ts";
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

const FIRST_KEYS = 5; // The epoch, where the log begins (more than once while it is trimmed), a slot.
const MAX_WIDTH = 16;
const MAX_ROOMS = 10_000;

/** Creates what reads the beginnings and ends of logs. */
export function createCosLogStates(parts: Parts): CosLogStates {
  const { requests, keys, clock, knownMs } = parts;
  const rooms = new Map<string, KnownLog>();

  async function load(room: string): Promise<KnownLog> {
    const prefix = keys.log(room);
    const { objects, nextMarker } = await requests.list({ prefix, limit: FIRST_KEYS });
    const epoch = objects.find(({ key }) => key === keys.epoch(room))?.etag;
    const floor = newestOf(objects, `${prefix}f`) ?? 0;
    let head = newestOf(objects, `${prefix}s`);
    if (head === undefined && nextMarker !== undefined) {
      const slots = await requests.list({ prefix: `${prefix}s`, limit: 1 });
      head = newestOf(slots.objects, `${prefix}s`);
    }
    const loaded: KnownLog = {
      epoch: epoch ?? (await begin(parts, room)),
      floor,
      // A trimmed log has a slot after its floor; a listing is a hint, and what follows is looked for.
      head: await findHead(parts, room, Math.max(head ?? 0, floor)),
      until: clock.now() + knownMs,
    };
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

/** The greatest number after a prefix: the first, since they are written newest first. */
function newestOf(objects: readonly { key: string }[], prefix: string): number | undefined {
  const found = objects.find(({ key }) => key.startsWith(prefix));
  const number = found && numberIn(found.key.slice(prefix.length));
  return number === undefined || Number.isNaN(number) ? undefined : number;
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
