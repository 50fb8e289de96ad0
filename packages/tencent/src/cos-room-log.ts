import type { Clock, RoomLog } from "@hubbub/core";
import { createSlotRoomLog, type SlotRoomLogOptions } from "@hubbub/core/slots";
import type { CosLike } from "./cos-options.ts";
import { type CosSlotStoreOptions, createCosSlotStore } from "./cos-slot-store.ts";

/** Options of {@link createCosRoomLog}. */
export interface CosRoomLogOptions
  extends CosSlotStoreOptions,
    Omit<SlotRoomLogOptions, keyof CosSlotStoreOptions> {}

/**
 * Creates a room log in a bucket of Tencent COS: an append to a log that is known is one PUT and no read.
 *
 * @param cos A client of the official SDK, such as that of {@link createCosClient}.
 * @param options Bucket, region, clock, randomness, ids, retention.
 * @returns A log whose methods reject with `UnavailableError` when COS does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createCosRoomLog(cos: CosLike, options: CosRoomLogOptions): RoomLog {
  const slots = createCosSlotStore(cos, options);
  const log = createSlotRoomLog(slots, options);
  const inTurn = createTurns(options.clock);
  return {
    ...log,
    append: (room, entry, position) => inTurn(room, () => log.append(room, entry, position)),
  };
}

const MAX_WAIT_MS = 1_000; // A PUT that hangs holds nobody up for longer; the slots decide anyway.

/** Lets the appends of this process to one room follow each other: racing for a slot costs requests. */
function createTurns(clock: Clock): <T>(room: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (room, work) => {
    const before = last.get(room);
    const mine = (async () => {
      if (before !== undefined) await Promise.race([before, clock.sleep(MAX_WAIT_MS)]);
      return work();
    })();
    const settled = mine.then(
      () => undefined,
      () => undefined,
    );
    last.set(room, settled);
    try {
      return await mine;
    } finally {
      if (last.get(room) === settled) last.delete(room);
    }
  };
}
