import { createMemorySlotStore, type MemorySlotStoreOptions } from "./memory-slot-store.ts";
import { resolveRetention } from "./retention.ts";
import type { RoomLog } from "./room-log.ts";
import { createSlotRoomLog, type SlotRoomLogOptions } from "./slot-room-log.ts";

/** Options of {@link createMemoryRoomLog}. */
export interface MemoryRoomLogOptions
  extends Omit<MemorySlotStoreOptions, "expire">,
    SlotRoomLogOptions {}

const MARGIN_MS = 60_000; // As long as a log may remember a head: see createSlotRoomLog.

/**
 * Creates an empty room log in this process's memory. It is lost when the process ends.
 *
 * @param options Clock, randomness, ids, retention, meter.
 * @returns The log.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createMemoryRoomLog(options: MemoryRoomLogOptions): RoomLog {
  const { clock } = options;
  const { maxAgeMs, minAgeMs } = resolveRetention(options.retention);
  const expire = { clock, ageMs: Math.max(maxAgeMs, minAgeMs + MARGIN_MS) };
  return createSlotRoomLog(createMemorySlotStore({ ...options, expire }), options);
}
