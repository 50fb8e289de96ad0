/**
 * hubbub on Azure: Web PubSub and Table Storage.
 *
 * @module
 */
export {
  createEventHandler,
  type EventHandler,
} from "./event-handler.ts";
export type { EventHandlerOptions } from "./event-handler-options.ts";
export type { EventPortOptions } from "./event-ports.ts";
export type { EventRequest, EventRequestBody } from "./event-request.ts";
export {
  createNegotiator,
  type NegotiatedUser,
  type Negotiator,
  type NegotiatorOptions,
  type TokenClientLike,
} from "./negotiator.ts";
export type {
  TableAction,
  TableCallOptions,
  TableClientLike,
  TableConditionOptions,
  TableEntityLike,
  TableOptions,
  TablePageLike,
  TablePages,
} from "./table-client.ts";
export {
  createTableConnectionStore,
  type TableConnectionStoreOptions,
} from "./table-connection-store.ts";
export { type TableProblem, TableSetupError } from "./table-errors.ts";
export { createTableRoomLog, type TableRoomLogOptions } from "./table-room-log.ts";
export { createTableSlotStore, type TableSlotStoreOptions } from "./table-slot-store.ts";
export type {
  WebPubSubClientLike,
  WebPubSubGroupLike,
  WebPubSubRequestOptions,
} from "./web-pubsub-client.ts";
export {
  createWebPubSubConnectionStore,
  type WebPubSubConnectionStoreOptions,
} from "./web-pubsub-connection-store.ts";
export { webPubSubGroupName } from "./web-pubsub-group.ts";
export type {
  GroupListOptions,
  WebPubSubRosterLike,
  WebPubSubServiceLike,
} from "./web-pubsub-memberships.ts";
export { createWebPubSubPusher, type WebPubSubPusherOptions } from "./web-pubsub-pusher.ts";
export type { TokenCredentialLike } from "./web-pubsub-sdk.ts";
