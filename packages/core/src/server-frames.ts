import type { ErrorCode } from "./errors.ts";
import type { Sender } from "./room-log.ts";

/** A message as clients see it. */
export interface MessageEntry {
  seq: number;
  mid: string;
  from?: Sender | undefined;
  event: string;
  data: unknown;
  ts: number;
}
/** The answer to `hello`. */
export interface WelcomeFrame {
  type: "welcome";
  user: Sender;
  heartbeatMs: number;
  maxAgeMs?: number | undefined;
  maxBytes: number;
  ts: number;
}
/** The answer to `join`. */
export interface JoinedFrame {
  type: "joined";
  id?: string | undefined;
  room: string;
  epoch: string;
  oldest: number;
  head: number;
  recovered?: boolean | undefined;
  messages: MessageEntry[];
  more: boolean;
}
/** A logged message, pushed. */
export interface MessageFrame extends MessageEntry {
  type: "message";
  room: string;
  epoch: string;
}
/** The answer to a publish of a logged event. */
export interface PublishAckFrame {
  type: "ack";
  mid: string;
  room: string;
  epoch: string;
  seq: number;
  ts: number;
  dup: boolean;
  data?: unknown;
}
/** The answer to a request. */
export interface ReplyAckFrame {
  type: "ack";
  mid: string;
  room: string;
  reply: unknown;
}
/** The answer to `leave`. */
export interface LeaveAckFrame {
  type: "ack";
  id?: string | undefined;
  room: string;
}
/** An ephemeral event, pushed. */
export interface ServerSignalFrame {
  type: "signal";
  room: string;
  from?: Sender | undefined;
  event: string;
  data: unknown;
}
/** Who is online in a room. */
export interface PresenceFrame {
  type: "presence";
  id?: string | undefined;
  room: string;
  online: number;
  members?: Sender[] | undefined;
  version: string;
}
/** A part of a room's log. */
export interface HistoryPageFrame {
  type: "history";
  id?: string | undefined;
  room: string;
  epoch: string;
  oldest: number;
  head: number;
  messages: MessageEntry[];
  more: boolean;
}
/** The position asked for can't be continued from. */
export interface ResetFrame {
  type: "reset";
  id?: string | undefined;
  mid?: string | undefined;
  room: string;
  epoch: string;
  oldest: number;
  head: number;
}
/** What was wrong. */
export interface ErrorFrame {
  type: "error";
  code: ErrorCode;
  message: string;
  retryable: boolean;
  reason?: string | undefined;
  retryAfterMs?: number | undefined;
  id?: string | undefined;
  mid?: string | undefined;
  room?: string | undefined;
}
/** One room of a `pong`. */
export type PongRoom =
  | {
      room: string;
      joined: true;
      epoch: string;
      oldest: number;
      head: number;
      online?: number | undefined;
      version?: string | undefined;
    }
  | { room: string; joined: false };
/** The answer to `ping`. */
export interface PongFrame {
  type: "pong";
  id?: string | undefined;
  ts: number;
  rooms: PongRoom[];
  /** Rooms that the connection is in and that the `ping` did not name. Absent if there are none. */
  others?: string[] | undefined;
}
/** The server is going to close the connection. */
export interface ByeFrame {
  type: "bye";
  code: number;
  reason: string;
  reconnect: boolean;
  afterMs?: number | undefined;
}

/** Any frame that a server sends. `PROTOCOL.md`, section 5. */
export type ServerFrame =
  | WelcomeFrame
  | JoinedFrame
  | MessageFrame
  | PublishAckFrame
  | ReplyAckFrame
  | LeaveAckFrame
  | ServerSignalFrame
  | PresenceFrame
  | HistoryPageFrame
  | ResetFrame
  | ErrorFrame
  | PongFrame
  | ByeFrame;
