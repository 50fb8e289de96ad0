import {
  type ClientFrame,
  type DataInput,
  type EphemeralEvent,
  type EventDefinitions,
  FrameError,
  type HistoryPageFrame,
  type JoinedFrame,
  type LoggedEvent,
  type MessageEntry,
  type MessageFrame,
  type PresenceFrame,
  type PublishAckFrame,
  type ReplyOutput,
  type RequestEvent,
  type Sender,
  type ServerFrame,
  type ServerSignalFrame,
} from "@hubbub/core";
import { type BedConnection, createBedConnection } from "./bed-connection.ts";
import type { ConnectOptions } from "./test-bed.ts";

/** A received frame, by its type. */
export type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** A user in a test bed, on one connection. Every call rejects with a FrameError if the server says so. */
export interface BedUser<E extends EventDefinitions> {
  /** Who the server says it is; undefined for a plain client. */
  readonly user: Sender | undefined;
  readonly connectionId: string;
  /** Everything that was received, oldest first: frames, or the texts of a plain client. */
  readonly inbox: readonly (ServerFrame | string)[];
  /** The texts that a plain client received. */
  readonly texts: readonly string[];
  /** Received frames of one type. */
  received<T extends ServerFrame["type"]>(type: T): FrameOf<T>[];
  /** Messages received in a room, as the server sent them. */
  messages(room: string): MessageEntry[];
  /** The latest presence received in a room. */
  presence(room: string): PresenceFrame | undefined;
  /** Signals received in a room. */
  signals(room: string): ServerSignalFrame[];
  /** With which code the server closed the connection; undefined while it is open. */
  readonly closed: { code: number; reason: string } | undefined;
  join(
    room: string,
    options?: { last?: number; epoch?: string; seq?: number },
  ): Promise<JoinedFrame>;
  leave(room: string): Promise<void>;
  publish<K extends LoggedEvent<E>>(
    room: string,
    event: K,
    data: DataInput<E, K>,
    options?: { mid?: string },
  ): Promise<PublishAckFrame>;
  request<K extends RequestEvent<E>>(
    room: string,
    event: K,
    data: DataInput<E, K>,
  ): Promise<ReplyOutput<E, K>>;
  signal<K extends EphemeralEvent<E>>(room: string, event: K, data: DataInput<E, K>): Promise<void>;
  history(
    room: string,
    options?: { after?: number; before?: number; limit?: number },
  ): Promise<HistoryPageFrame>;
  who(room: string): Promise<PresenceFrame>;
  /** Sends a WebSocket message as it is, and answers the frames (or texts) that it was answered with. */
  send(data: string | Uint8Array): Promise<(ServerFrame | string)[]>;
  /** Closes the connection; the server is told. */
  disconnect(): Promise<void>;
  /**
   * Loses the connection without the server being told: no more heartbeats. Pushes to it answer
   * `gone`, or, as on some platforms, are taken for sent.
   */
  vanish(options?: { pushes?: "gone" | "sent" }): void;
}

/** A user that has not arrived yet. */
export interface ArrivingUser<E extends EventDefinitions> extends BedUser<E> {
  arrive(subprotocols: string[], options: ConnectOptions): Promise<void>;
}

/** Creates a user on a connection that does not exist yet. */
export function createBedUser<E extends EventDefinitions>(bed: BedConnection): ArrivingUser<E> {
  const connection = createBedConnection(bed);
  const { frames, positions, ask } = connection;
  const received = <T extends ServerFrame["type"]>(type: T) =>
    frames().filter((frame): frame is FrameOf<T> => frame.type === type);
  const inRoom = <F extends { room: string }>(list: F[], room: string) =>
    list.filter((frame) => frame.room === room);
  let mids = 0;
  const newMid = () => `${bed.connectionId}-${++mids}`;

  async function publish(
    room: string,
    event: string,
    data: unknown,
    mid: string,
  ): Promise<ServerFrame> {
    const position = positions.get(room) ?? {};
    const frame: ClientFrame = { type: "publish", room, event, data, mid, ...position };
    const answer = await ask(frame);
    if (answer.type !== "reset") return answer;
    const { epoch, head: after } = answer; // An inbox of somebody else: now its position is known.
    return ask({ ...frame, epoch, after });
  }

  return {
    ...connection.public,
    received,
    messages(room) {
      const pushed: (MessageEntry | MessageFrame)[] = inRoom(received("message"), room);
      const joined = inRoom(received("joined"), room).flatMap(({ messages }) => messages);
      return [...joined, ...pushed];
    },
    presence: (room) => inRoom(received("presence"), room).at(-1),
    signals: (room) => inRoom(received("signal"), room),
    async join(room, options = {}) {
      return expectType(await ask({ type: "join", id: newMid(), room, ...options }), "joined");
    },
    async leave(room) {
      await ask({ type: "leave", id: newMid(), room });
    },
    async publish(room, event, data, { mid = newMid() } = {}) {
      return expectType(await publish(room, event, data, mid), "ack") as PublishAckFrame;
    },
    async request(room, event, data) {
      const answer = expectType(await publish(room, event, data, newMid()), "ack");
      return ("reply" in answer ? answer.reply : undefined) as ReplyOutput<E, typeof event>;
    },
    async signal(room, event, data) {
      await ask({ type: "signal", id: newMid(), room, event, data });
    },
    async history(room, options = {}) {
      const answer = await ask({ type: "history", id: newMid(), room, ...options });
      return expectType(answer, "history");
    },
    async who(room) {
      return expectType(await ask({ type: "who", id: newMid(), room }), "presence");
    },
    arrive: connection.arrive,
    get user() {
      return received("welcome")[0]?.user;
    },
    get texts() {
      return connection.public.inbox.filter((text) => typeof text === "string");
    },
    get closed() {
      return connection.closed();
    },
  };
}

function expectType<T extends ServerFrame["type"]>(frame: ServerFrame, type: T): FrameOf<T> {
  if (frame.type === type) return frame as FrameOf<T>;
  throw new FrameError(`expected ${type}, got ${JSON.stringify(frame)}`, { code: "internal" });
}
