/**
 * hubbub's core: a chat is defined once and runs over any connection store, room log and pusher.
 *
 * @module
 */
export { type Chat, type ChatDefinition, defineChat } from "./chat.ts";
export type {
  Action,
  AuthenticatedUser,
  AuthorizeContext,
  Credentials,
  DataInput,
  DataOutput,
  EphemeralEvent,
  EventContext,
  EventDefinition,
  EventDefinitions,
  EventHandler,
  LeaveReason,
  LoggedEvent,
  MembershipContext,
  PlainDefinition,
  PlainMessage,
  PublishedContext,
  ReplyInput,
  ReplyOutput,
  RequestEvent,
} from "./chat-types.ts";
export type {
  ClientFrame,
  HelloFrame,
  HistoryFrame,
  JoinFrame,
  LeaveFrame,
  PingFrame,
  PingPosition,
  PublishFrame,
  SignalFrame,
  WhoFrame,
} from "./client-frames.ts";
export type {
  Connection,
  ConnectionProtocol,
  ConnectionStore,
  Member,
  MemberPage,
  PageRequest,
  User,
} from "./connection-store.ts";
export { SUBPROTOCOL } from "./credentials.ts";
export { encodeFrame, encodeFrames, joinMessages } from "./encode-frames.ts";
export {
  type ErrorCode,
  FrameError,
  type FrameErrorDetails,
  HubbubError,
  InvalidArgumentError,
  RejectedError,
  type ServerErrorCode,
  UnavailableError,
} from "./errors.ts";
export type { FanOutJob, FanOutQueue } from "./fan-out-queue.ts";
export { createHub } from "./hub.ts";
export type { HubOptions } from "./hub-context.ts";
export type {
  CleanupEvent,
  FanOutReport,
  History,
  HistoryRange,
  Hub,
  HubGateway,
  KickOptions,
  Published,
  PublishOptions,
  RegisterEvent,
  RegisterResult,
  TransportEvent,
  TransportResult,
} from "./hub-types.ts";
export type { LimitOptions, Limits, Rate } from "./limits.ts";
export type { Clock, Logger, Meter, Ports, RequestKind } from "./ports.ts";
export type { PresenceOptions, PresenceSettings } from "./presence-settings.ts";
export type { BroadcastOptions, Pusher, PusherGroups, PushResult } from "./pusher.ts";
export type { Retention, RetentionOptions } from "./retention.ts";
export type {
  AppendPosition,
  AppendResult,
  LogEntry,
  LogPage,
  LogState,
  RoomLog,
  Sender,
  StoredEntry,
} from "./room-log.ts";
export { userRoom } from "./room-name.ts";
export type {
  ByeFrame,
  ErrorFrame,
  HistoryPageFrame,
  JoinedFrame,
  LeaveAckFrame,
  MessageEntry,
  MessageFrame,
  PongFrame,
  PongRoom,
  PresenceFrame,
  PublishAckFrame,
  ReplyAckFrame,
  ResetFrame,
  ServerFrame,
  ServerSignalFrame,
  WelcomeFrame,
} from "./server-frames.ts";
export type { InputOf, OutputOf, Schema, SchemaIssue, SchemaResult } from "./standard-schema.ts";
