/**
 * A connection store and a room log in Tencent COS.
 *
 * @module
 */
export { type CosClientOptions, createCosClient } from "./cos-client.ts";
export {
  type CosConnectionStoreOptions,
  createCosConnectionStore,
} from "./cos-connection-store.ts";
export {
  type CosCredentialsProvider,
  type CosKeyPair,
  environmentCredentials,
} from "./cos-credentials.ts";
export { type CosProblem, CosSetupError } from "./cos-errors.ts";
export { type CosLifecycleRule, cosLifecycleRule } from "./cos-lifecycle.ts";
export type { CosLike, CosListQuery, CosOptions, CosPlace } from "./cos-options.ts";
export { type CosRoomLogOptions, createCosRoomLog } from "./cos-room-log.ts";
export { type CosSlotStoreOptions, createCosSlotStore } from "./cos-slot-store.ts";
