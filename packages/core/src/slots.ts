/**
 * For adapters: a room log over any backend that can put if absent.
 *
 * @module
 */
export { createSlotRoomLog, type SlotRoomLogOptions } from "./slot-room-log.ts";
export type { SlotStore } from "./slot-store.ts";
