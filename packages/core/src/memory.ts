/**
 * The backend in this process's memory: for one process, for tests, and as the model of an adapter.
 *
 * @module
 */
export {
  createMemoryConnectionStore,
  type MemoryConnectionStoreOptions,
} from "./memory-connection-store.ts";
export { createMemoryRoomLog, type MemoryRoomLogOptions } from "./memory-room-log.ts";
