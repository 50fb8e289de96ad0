import type { Buffer } from "node:buffer";
import type { WebSocket } from "ws";
import type { LocalClock } from "../../shared/local-clock.ts";
import type { HubConnection } from "../hub.ts";
import type { HubMessage } from "../hub-message.ts";
import { CLOSE, createClientTransport } from "./client-transport.ts";
import { createReliableBuffer } from "./reliable-buffer.ts";
import { connectedFrame, disconnectedFrame, messageFrame } from "./server-frames.ts";

/** The group of a simple client. */
export interface TargetGroup {
  group: string;
  /** True: the client does not get its own messages. */
  noEcho: boolean;
}

/** A connection with its sockets: one, or with recovery several in turn. */
export interface ClientSession extends HubConnection {
  /** Takes a socket: the first one, or one that replaces what is left of the last. */
  attach(ws: WebSocket): void;
  /** Where all messages of a simple client go, instead of to the handler. */
  readonly target: TargetGroup | undefined;
  /** False if it has ended. */
  readonly open: boolean;
  /** Sends a frame that is not kept: lost without a socket. */
  sendFrame(text: string): void;
  acknowledge(sequenceId: number): void;
  /** Ends it for a fault of the client or the handler, with a close code of the WebSocket protocol. */
  fail(code: number, reason: string): void;
}

/** What a session begins with. */
export interface SessionParts extends Omit<HubConnection, "deliver" | "close"> {
  target: TargetGroup | undefined;
}

/** What a session needs of the service. */
export interface SessionHost {
  clock: LocalClock;
  keepAliveIntervalMs: number;
  recoveryWindowMs: number;
  /** Creates the token that a reliable client recovers with. */
  issueReconnectionToken: (connectionId: string) => string;
  /** Told of every message of the client. */
  onMessage: (session: ClientSession, data: Buffer, isBinary: boolean) => void;
  /** Calls `fn` when the client's earlier messages are done with. */
  whenHandled: (session: ClientSession, fn: () => void) => void;
  /** Told once that it has ended, and why. */
  onEnd: (session: ClientSession, reason: string) => void;
}

const SLOW = "SlowClient";

/** Creates a session that waits for its socket. */
export function createClientSession(parts: SessionParts, host: SessionHost): ClientSession {
  const { clock, keepAliveIntervalMs, recoveryWindowMs, whenHandled } = host;
  const { protocol, id, userId } = parts;
  const buffer = protocol === "reliable" ? createReliableBuffer() : undefined;
  let ended = false;
  let stopWaiting: () => void = () => undefined;
  const transport = createClientTransport(clock, keepAliveIntervalMs, {
    onMessage: (data, isBinary) => host.onMessage(session, data, isBinary),
    // What came before is good.
    onViolation: (reason) => whenHandled(session, () => end(reason)),
    onClose(code, reason) {
      const clean = code === CLOSE.normal || code === CLOSE.noStatus;
      if (buffer && code !== CLOSE.normal) {
        stopWaiting = clock.setTimer(recoveryWindowMs, () => end(reason));
      } else if (clean) whenHandled(session, () => end(reason));
      else end(reason);
    },
  });

  function end(reason: string): void {
    if (ended) return;
    ended = true;
    stopWaiting();
    host.onEnd(session, reason);
  }

  function fail(code: number, reason: string): void {
    if (ended) return;
    end(reason);
    transport.close(code, reason);
  }

  function send(data: string | Buffer, binary: boolean): void {
    if (!transport.send(data, binary)) fail(CLOSE.policy, SLOW);
  }

  function deliver(message: HubMessage): void {
    if (ended) return;
    if (protocol === "simple") send(message.data, message.dataType === "binary");
    else if (!buffer) send(messageFrame(message), false);
    else {
      const expiresAt = expiryOf(message, clock.now());
      const text = buffer.add((sequenceId) => messageFrame(message, sequenceId), expiresAt);
      if (text === undefined) fail(CLOSE.policy, SLOW);
      else send(text, false);
    }
  }

  const session: ClientSession = {
    ...parts,
    get open() {
      return !ended;
    },
    attach(ws) {
      stopWaiting();
      transport.attach(ws);
      if (protocol === "simple") return;
      send(connectedFrame(userId, id, buffer && host.issueReconnectionToken(id)), false);
      for (const text of buffer?.unacknowledged(clock.now()) ?? []) send(text, false);
    },
    deliver,
    sendFrame: (text) => send(text, false),
    acknowledge: (sequenceId) => buffer?.acknowledge(sequenceId),
    close(reason) {
      if (ended) return;
      if (protocol !== "simple") send(disconnectedFrame(reason), false);
      fail(CLOSE.normal, reason);
    },
    fail,
  };
  return session;
}

function expiryOf({ ttlSeconds }: HubMessage, now: number): number {
  return ttlSeconds === 0 ? Number.POSITIVE_INFINITY : now + ttlSeconds * 1000;
}
