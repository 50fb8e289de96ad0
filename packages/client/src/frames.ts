import type { HubbubClientErrorCode } from "./errors.ts";
import type { Member } from "./message-types.ts";

export interface Entry {
  seq: number;
  mid: string;
  from?: Member | undefined;
  event: string;
  data?: unknown;
  ts: number;
}

export interface PingRoom {
  room: string;
  epoch: string;
  seq: number;
  presence?: string | undefined;
}

/** A frame to send. Which fields belong together is section 4 of `PROTOCOL.md`. */
export interface ClientFrame {
  type: "hello" | "join" | "leave" | "publish" | "signal" | "history" | "who" | "ping";
  id?: string;
  room?: string;
  [field: string]: unknown;
  mid?: string;
}

export interface WelcomeFrame {
  type: "welcome";
  user: Member;
  heartbeatMs: number;
  maxAgeMs?: number;
  maxBytes: number;
}

interface Answer {
  id?: string;
  mid?: string;
  room: string;
}

/** Where a log begins and ends. */
export interface LogState {
  epoch: string;
  oldest: number;
  head: number;
}

interface LogAnswer extends Answer, LogState {}

export interface JoinedFrame extends LogAnswer {
  type: "joined";
  recovered?: boolean;
  messages: Entry[];
  more: boolean;
}

export interface HistoryFrame extends LogAnswer {
  type: "history";
  messages: Entry[];
  more: boolean;
}

export interface ResetFrame extends LogAnswer {
  type: "reset";
}

interface MessageFrame extends Entry {
  type: "message";
  room: string;
  epoch: string;
}

export interface AckFrame extends Answer {
  type: "ack";
  epoch?: string;
  seq?: number;
  ts?: number;
  dup?: boolean;
  data?: unknown;
  reply?: unknown;
}

interface SignalFrame {
  type: "signal";
  room: string;
  from?: Member;
  event: string;
  data?: unknown;
}

export interface PresenceFrame extends Answer {
  type: "presence";
  online: number;
  members?: Member[];
  version: string;
}

export interface ErrorFrame extends Partial<Answer> {
  type: "error";
  code: HubbubClientErrorCode;
  message?: string;
  retryable?: boolean;
  reason?: string;
  retryAfterMs?: number;
}

export interface PongRoom {
  room: string;
  joined: boolean;
  epoch: string;
  head: number;
  /** Absent where there is no presence. */
  version?: string;
}

export interface PongFrame {
  type: "pong";
  rooms: PongRoom[];
  /** Rooms that the server has this connection in, and that the ping did not name. */
  others: string[];
}

export interface ByeFrame {
  type: "bye";
  code: number;
  reason: string;
  reconnect: boolean;
  afterMs?: number;
}

export type RoomFrame =
  | JoinedFrame
  | HistoryFrame
  | ResetFrame
  | MessageFrame
  | AckFrame
  | SignalFrame
  | PresenceFrame
  | ErrorFrame;

export type ServerFrame = WelcomeFrame | RoomFrame | PongFrame | ByeFrame;

// Fields: a string, `#` a whole number from 0, `:` an object with an id; `?` may be absent, is no object.
const LOG = "room epoch #oldest #head";
const ENTRY = "#seq mid event #ts";
const SHAPES: Record<string, string | null | undefined> = {
  __proto__: null,
  welcome: ":user #heartbeatMs #maxBytes ?maxAgeMs",
  joined: LOG,
  history: LOG,
  reset: LOG,
  message: `room epoch ${ENTRY}`,
  ack: "room",
  signal: "room event",
  presence: "room #online version",
  error: "code ?message ?reason ?retryAfterMs",
  pong: "#ts",
  bye: "#code ?reason ?afterMs",
};

type Bag = Record<string, unknown>;
/** Whether something that comes from JSON.parse is an object or array. */
export const isBag = (value: unknown): value is Bag => value instanceof Object;

const fits = (value: unknown, shape: string): value is Bag =>
  isBag(value) &&
  shape.split(" ").every((field) => {
    const name = field.replace(/\W/, "");
    const found = value[name];
    if (field === name) return typeof found === "string";
    if (field[0] === "?") return !isBag(found);
    if (field[0] === "#") return Number.isSafeInteger(found) && (found as number) >= 0;
    return isBag(found) && typeof found.id === "string";
  });

const isPongRoom = (room: unknown) =>
  fits(room, "room") && (room.joined === false || fits(room, "epoch #head"));

const listOf = (value: unknown, isGood: (item: unknown) => boolean) =>
  Array.isArray(value) ? value.filter(isGood) : [];

const isFrame = (value: unknown): boolean => {
  const shape = fits(value, "type") && SHAPES[value.type as string];
  if (!shape || !fits(value, shape)) return false;
  value.messages = listOf(value.messages, (entry) => fits(entry, ENTRY));
  value.rooms = listOf(value.rooms, isPongRoom);
  value.others = listOf(value.others, (room) => typeof room === "string");
  return true;
};

/** Reads a WebSocket message. What is no frame, or one with wrong fields, is left out. */
export function parseFrames(text: unknown): ServerFrame[] {
  try {
    return [JSON.parse(text as string)].flat().filter(isFrame);
  } catch {
    return []; // Some gateways inject messages of their own.
  }
}
