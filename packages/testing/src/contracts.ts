/**
 * The contracts of the seams: call one inside `describe` to prove your own adapter. Needs vitest.
 *
 * @module
 */
export {
  type ConnectionStoreContractOptions,
  connectionStoreContract,
} from "./connection-store-contract.ts";
export { type CaseOptions, type DefineCase, defineWithVitest } from "./contracts/define-case.ts";
export { hostileIds, separators } from "./contracts/hostile-ids.ts";
export {
  type PushedConnection,
  type PusherContractOptions,
  type PusherUnderTest,
  pusherContract,
} from "./pusher-contract.ts";
export {
  type LogRetention,
  type RoomLogContractOptions,
  roomLogContract,
} from "./room-log-contract.ts";
