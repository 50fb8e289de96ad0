/**
 * The backend in this process's memory: for one process, for tests, and as the model of an adapter.
 *
 * @module
 */
export {
  createMemoryConnectionStore,
  type MemoryConnectionStoreOptions,
} from "./memory-connection-store.ts";
export {
  createMemoryPusher,
  type MemoryPusher,
  type MemoryPusherOptions,
  type MemoryReceiver,
} from "./memory-pusher.ts";
export { createMemoryRoomLog, type MemoryRoomLogOptions } from "./memory-room-log.ts";
export { createMemorySlotStore, type MemorySlotStoreOptions } from "./memory-slot-store.ts";
