import { createMemorySlotStore, type MemorySlotStoreOptions } from "./memory-slot-store.ts";
import type { RoomLog } from "./room-log.ts";
import { createSlotRoomLog, type SlotRoomLogOptions } from "./slot-room-log.ts";

/** Options of {@link createMemoryRoomLog}. */
export interface MemoryRoomLogOptions extends MemorySlotStoreOptions, SlotRoomLogOptions {}

/**
 * Creates an empty room log in this process's memory. It is lost when the process ends.
 *
 * @param options Clock, randomness, ids, retention, meter.
 * @returns The log.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createMemoryRoomLog(options: MemoryRoomLogOptions): RoomLog {
  return createSlotRoomLog(createMemorySlotStore(options), options);
}
