import type { Clock, Logger, RetentionOptions } from "@hubbub/core";
import type { CosKeys } from "./cos-keys.ts";
import type { CosLogStates, KnownLog } from "./cos-log-state.ts";
import type { CosRequests } from "./cos-requests.ts";

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
  const slots = await requests.list({
    prefix: `${keys.log(room)}s`,
    after: keys.slot(room, cut + 1),
    limit: MAX_LOT,
  });
  const floors = await requests.list({
    prefix: `${keys.log(room)}f`,
    after: keys.floor(room, cut),
    limit: MAX_LOT,
  });
  await requests.delete([...slots.objects, ...floors.objects].map(({ key }) => key));
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
    if (await mayGo(parts, room, probe, limits)) low = probe;
    else high = probe - 1;
    probe = Math.ceil((low + high) / 2);
  }
  return low;
}

async function mayGo(
  { requests, keys }: Parts,
  room: string,
  seq: number,
  { upTo, hiddenAt, freeableAt }: Limits,
): Promise<boolean> {
  const object = await requests.get(keys.slot(room, seq));
  if (!object) return true; // An earlier trim has died midway.
  const { ts } = JSON.parse(object.text).entry as { ts: number };
  return ts <= freeableAt && (seq <= upTo || ts <= hiddenAt);
}
