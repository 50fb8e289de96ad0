import type { Clock, Logger, RetentionOptions } from "@hubbub/core";
import { isLogEntry } from "@hubbub/core/adapter";
import { type CosKeys, numberIn } from "./cos-keys.ts";
import type { CosLogStates, KnownLog } from "./cos-log-state.ts";
import type { CosRequests } from "./cos-requests.ts";
import { entryIn } from "./cos-slots.ts";

interface Parts {
  requests: CosRequests;
  keys: CosKeys;
  states: CosLogStates;
  clock: Pick<Clock, "now">;
  logger?: Logger | undefined;
}

/** Which slots may go. */
interface Limits {
  /** Slots up to this one are beyond the number that is kept. */
  readonly upTo: number;
  /** Slots of this time and before are beyond the age that is kept. */
  readonly hiddenAt: number;
  /** Slots of this time and before may be freed at all: no writer can hit them any more. */
  readonly freeableAt: number;
}

const TRIM_EVERY = 64;
const MAX_LOT = 1000;
const MAX_HINT_MS = 60_000; // So long core remembers a head.
const DAY_MS = 24 * 60 * 60_000;

/**
 * Creates what frees old slots, after every 64th. Core's own trimming reads whole pages of slots to learn
 * their age, which here is a GET each; this one bisects.
 *
 * @returns Never rejects: what could not be trimmed is trimmed with the next lot.
 */
export function createCosLogTrimmer(
  parts: Parts,
  retention: RetentionOptions = {},
): (room: string, head: number) => Promise<void> {
  const { clock, logger } = parts;
  const { maxEntries = 1000, maxAgeMs = 7 * DAY_MS, minAgeMs = 15 * 60_000 } = retention;
  return async (room, head) => {
    if (head % TRIM_EVERY !== 0) return;
    const now = clock.now();
    const hintMs = Math.min(MAX_HINT_MS, minAgeMs / 2);
    const limits: Limits = {
      upTo: head - maxEntries,
      hiddenAt: now - maxAgeMs,
      freeableAt: now - minAgeMs - hintMs,
    };
    try {
      await trimRoom(parts, room, head, limits);
    } catch (error) {
      logger?.warn("a room's log could not be trimmed; the next lot will be", { room, error });
    }
  };
}

async function trimRoom(parts: Parts, room: string, head: number, limits: Limits): Promise<void> {
  const { requests, keys, states } = parts;
  const known = await states.load(room);
  const cut = await findCut(parts, room, known, head, limits);
  if (cut <= known.floor) return;
  // First it says that they are gone: a reader never meets a hole.
  await requests.put(keys.floor(room, cut), "");
  known.floor = cut;
  const listed = async (prefix: string, after: string) => {
    const { objects } = await requests.list({ prefix, after, limit: MAX_LOT });
    return objects.map(({ key }) => key).filter((key) => numberIn(key.slice(prefix.length)));
  };
  const slots = await listed(`${keys.log(room)}s`, keys.slot(room, cut + 1));
  const floors = await listed(`${keys.log(room)}f`, keys.floor(room, cut));
  await requests.delete([...slots, ...floors]);
}

/** The last slot that may go, found by bisection; the newest stays, so that the log never looks unborn. */
async function findCut(
  parts: Parts,
  room: string,
  { floor }: KnownLog,
  head: number,
  limits: Limits,
): Promise<number> {
  let low = floor;
  let high = Math.min(head - 1, floor + MAX_LOT);
  let probe = floor + 1; // Mostly not even the first may go.
  while (low < high) {
    const ts = await timeOf(parts, room, probe, head);
    const { upTo, hiddenAt, freeableAt } = limits;
    if (ts <= freeableAt && (probe <= upTo || ts <= hiddenAt)) low = probe;
    else high = probe - 1;
    probe = Math.ceil((low + high) / 2);
  }
  return low;
}

/** When a slot was written: if it can't be read, it is as young as the next one. */
async function timeOf(
  { requests, keys }: Parts,
  room: string,
  seq: number,
  head: number,
): Promise<number> {
  for (let next = seq; next <= head; next++) {
    const key = keys.slot(room, next);
    const object = await requests.get(key);
    if (!object) return Number.NEGATIVE_INFINITY; // An earlier trim has died midway.
    const entry = entryIn(object.text);
    if (isLogEntry(entry)) return entry.ts;
    requests.distrust("an entry of a log", key, { room });
  }
  return Number.POSITIVE_INFINITY;
}
