/**
 * Browser and Node client for hubbub.
 *
 * @module
 */
export { createClient } from "./client.ts";
export type {
  Bye,
  Client,
  ClientEnding,
  ClientEvents,
  ClientOptions,
  ClientState,
  Inbox,
  JoinOptions,
} from "./client-types.ts";
export {
  HubbubClientError,
  type HubbubClientErrorCode,
  type HubbubClientErrorDetails,
  type LocalErrorCode,
  type ServerErrorCode,
} from "./errors.ts";
export type {
  ChatTypes,
  DataInput,
  DataOutput,
  EphemeralEvent,
  EventsOf,
  LoggedEvent,
  ReplyOutput,
  RequestEvent,
  UntypedChat,
} from "./event-types.ts";
export type { Member, Message, MessageBase, Position, Signal } from "./message-types.ts";
export type { WebSocketConstructor, WebSocketLike } from "./ports.ts";
export type {
  HistoryOptions,
  HistoryPage,
  PendingPublish,
  Presence,
  PublishAck,
  PublishOptions,
  Recovered,
  Reset,
  Room,
  RoomEvents,
} from "./room-types.ts";
