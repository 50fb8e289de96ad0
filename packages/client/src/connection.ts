import { type Asks, createAsks, type Done } from "./asks.ts";
import { joinAll, onFrame, positions } from "./client-frames.ts";
import { type Context, toError } from "./context.ts";
import type { HubbubClientError } from "./errors.ts";
import {
  type ClientFrame,
  type ErrorFrame,
  type PingRoom,
  parseFrames,
  type ServerFrame,
  type WelcomeFrame,
} from "./frames.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { byteLength, createOutgoing, type Outgoing } from "./outgoing.ts";
import type { WebSocketLike } from "./ports.ts";

/** How a connection ended. */
export interface Ended {
  readonly code: number;
  readonly reason: string | undefined;
  readonly error: HubbubClientError | undefined;
  readonly connection: Connection;
}

/** One WebSocket. */
export interface Connection {
  /** The rooms joined on this connection, and those asked for. */
  readonly joined: Set<string>;
  readonly joining: Set<string>;
  welcome?: WelcomeFrame | undefined;
  ended?: boolean;
  /** Set by `bye`: the server wants nobody back. */
  final?: boolean;
  send(frame: ClientFrame): void;
  /** Sends a frame that is answered. One without a `mid` is given an `id`. */
  ask(frame: ClientFrame, done: Done): void;
  /** Says hello and joins; again, if the server has forgotten this connection. */
  greet(): void;
  /** Ends with 1000 as soon as nothing waits for an answer. */
  retire(): void;
  /** Ends, after what waits to be sent. */
  end(code: number, reason?: string, error?: HubbubClientError): void;
}

interface State extends Connection {
  readonly context: Context;
  readonly token: string | undefined;
  /** Cancels the timer of the welcome. */
  cancel(): void;
  readonly asks: Asks;
  readonly outgoing: Outgoing;
  readonly heartbeat: Heartbeat;
  /** Whether hello is said and not yet answered. */
  greeting?: boolean;
  retiring?: boolean;
}

/**
 * Opens a WebSocket. Nothing but `hello` and joins is sent before `welcome`.
 *
 * @param context The client.
 * @param url Where to.
 * @param token What to say hello with.
 * @param onEnd Called once, before what waits for answers is told.
 * @returns The connection.
 */
export function createConnection(
  context: Context,
  url: string,
  token: string | undefined,
  onEnd: (ending: Ended) => void,
): Connection {
  const socket = new context.WebSocket(url, ["hubbub.v1"]);
  let ids = 0;
  const s: State = {
    context,
    token,
    joined: new Set(),
    joining: new Set(),
    cancel() {},
    outgoing: createOutgoing((text) => socket.send(text), context),
    asks: createAsks(context, () => s.retiring && s.retire()),
    heartbeat: createHeartbeat(
      context,
      () => ping(s, positions(context)),
      () => s.end(1006),
    ),
    send(frame) {
      const text = JSON.stringify(frame);
      if (byteLength(text) <= context.maxBytes) s.outgoing.add(text);
      else queueMicrotask(() => receive(s, { ...frame, ...TOO_LARGE }));
    },
    ask(frame, done) {
      // The dot keeps ids apart from mids, which hold none.
      const asked = frame.mid ? frame : { ...frame, id: `.${++ids}` };
      s.asks.add(asked, done);
      s.send(asked);
    },
    greet: () => greet(s),
    retire() {
      s.retiring = true;
      if (!s.asks.size) s.end(1000);
    },
    end(code, reason, error) {
      if (s.ended) return;
      s.outgoing.flush();
      s.ended = true;
      s.heartbeat.stop();
      s.cancel();
      socket.close(code === 1000 ? code : undefined);
      onEnd({ code, reason, connection: s, error });
      s.asks.end();
    },
  };
  awaitWelcome(s);
  listen(s, socket);
  return s;
}

const TOO_LARGE = { type: "error", code: "too_large" } as const;

function listen(s: State, socket: WebSocketLike): void {
  socket.addEventListener("open", () => greet(s));
  socket.addEventListener("error", () => {}); // `close` follows; ws throws if nobody listens.
  socket.addEventListener("close", ({ code, reason }) => s.end(code, reason));
  socket.addEventListener("message", ({ data }) => {
    s.heartbeat.heard();
    for (const frame of parseFrames(data)) if (!s.ended) receive(s, frame);
  });
}

function awaitWelcome(s: State): void {
  s.cancel();
  s.cancel = s.context.setTimer(s.context.connectTimeoutMs, () => {
    if (!s.welcome) s.end(1006);
  });
}

function greet(s: State): void {
  const { context, token } = s;
  if (s.greeting) return;
  s.greeting = true;
  s.welcome = undefined;
  awaitWelcome(s);
  s.joined.clear();
  const hello = { type: "hello", token, session: context.session };
  s.outgoing.greet(JSON.stringify(hello), () => joinAll(context, s));
}

/** Several frames if there are many rooms, so that each one fits. */
function ping(s: State, rooms: PingRoom[]): void {
  do s.send({ type: "ping", rooms: rooms.splice(0, 25) });
  while (rooms.length);
}

function receive(s: State, frame: ServerFrame): void {
  // Not every gateway passes close codes on, so an error that ends the connection counts as one.
  const code = frame.type === "error" && closingCode(frame);
  if (code) {
    const error = toError(frame as ErrorFrame);
    s.end(code, error.message, error);
  } else if (!s.asks.answer(frame)) {
    if (frame.type === "welcome") {
      s.greeting = false;
      s.welcome = frame;
      s.heartbeat.start(frame.heartbeatMs);
      s.outgoing.open();
    }
    onFrame(s.context, s, frame);
  }
}

function closingCode({ code, room }: ErrorFrame): number {
  if (code === "unauthenticated" || code === "token_expired") return 4401;
  if (code === "connection_closed") return 4409;
  return code === "kicked" && !room ? 4403 : 0; // Being kicked out of a room ends no connection.
}
