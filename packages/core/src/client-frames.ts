/** Says hello: the first frame of every connection. */
export interface HelloFrame {
  type: "hello";
  token?: string | undefined;
  session?: string | undefined;
}
/** Joins a room, or synchronises with it. */
export interface JoinFrame {
  type: "join";
  id?: string | undefined;
  room: string;
  epoch?: string | undefined;
  seq?: number | undefined;
  last?: number | undefined;
}
/** Leaves a room. */
export interface LeaveFrame {
  type: "leave";
  id?: string | undefined;
  room: string;
}
/** Publishes a logged event, or makes a request. */
export interface PublishFrame {
  type: "publish";
  room: string;
  event: string;
  data?: unknown;
  mid: string;
  epoch?: string | undefined;
  after?: number | undefined;
}
/** Sends an ephemeral event. */
export interface SignalFrame {
  type: "signal";
  id?: string | undefined;
  room: string;
  event: string;
  data?: unknown;
}
/** Reads a room's log. */
export interface HistoryFrame {
  type: "history";
  id?: string | undefined;
  room: string;
  epoch?: string | undefined;
  after?: number | undefined;
  before?: number | undefined;
  limit?: number | undefined;
}
/** Asks who is online. */
export interface WhoFrame {
  type: "who";
  id?: string | undefined;
  room: string;
}
/** A sign of life, with the client's positions. */
export interface PingFrame {
  type: "ping";
  id?: string | undefined;
  rooms?: PingPosition[] | undefined;
}
/** Where a client is in one room. */
export interface PingPosition {
  room: string;
  epoch: string;
  seq: number;
  presence?: string | undefined;
}

/** Any frame that a client sends. `PROTOCOL.md`, section 4. */
export type ClientFrame =
  | HelloFrame
  | JoinFrame
  | LeaveFrame
  | PublishFrame
  | SignalFrame
  | HistoryFrame
  | WhoFrame
  | PingFrame;
