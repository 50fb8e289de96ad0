import type { RoomLog } from "@hubbub/core";
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
  const inTurn = createTurns();
  return {
    ...log,
    append: (room, entry, position) => inTurn(room, () => log.append(room, entry, position)),
  };
}

/**
 * Lets the appends of this process to one room follow each other: racing for a slot costs requests. If one
 * fails, all who wait go at once: nobody waits for the time-outs of others, and the slots decide anyway.
 */
function createTurns(): <T>(room: string, work: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, (() => void)[]>();

  function passOn(room: string, all: boolean): void {
    const queue = waiting.get(room) ?? [];
    const next = queue.splice(0, all ? queue.length : 1);
    if (next.length === 0) waiting.delete(room); // Whoever goes on keeps the room's queue.
    for (const go of next) go();
  }

  return async (room, work) => {
    const queue = waiting.get(room);
    if (queue) await new Promise<void>((resolve) => queue.push(resolve));
    else waiting.set(room, []);
    let failed = true;
    try {
      const result = await work();
      failed = false;
      return result;
    } finally {
      passOn(room, failed);
    }
  };
}
