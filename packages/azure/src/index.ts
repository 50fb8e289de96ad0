/**
 * hubbub on Azure Web PubSub.
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
export type {
  WebPubSubClientLike,
  WebPubSubGroupLike,
  WebPubSubRequestOptions,
} from "./web-pubsub-client.ts";
export { webPubSubGroupName } from "./web-pubsub-group.ts";
export { createWebPubSubPusher, type WebPubSubPusherOptions } from "./web-pubsub-pusher.ts";
export type { TokenCredentialLike } from "./web-pubsub-sdk.ts";
