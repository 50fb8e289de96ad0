import { answerError, asFrameError } from "./answer-error.ts";
import { leaseEnd, leaseMsFor, tokenExpired } from "./authenticate.ts";
import { catchUp } from "./carried-connection.ts";
import { badFrame, shapeClientFrame } from "./client-frame-schemas.ts";
import type { ClientFrame } from "./client-frames.ts";
import type { Connection } from "./connection-store.ts";
import { encodeFrames } from "./encode-frames.ts";
import { FrameError } from "./errors.ts";
import { findExcess } from "./find-excess.ts";
import { handleHello } from "./handle-hello.ts";
import { handlePing } from "./handle-ping.ts";
import { handlePlain, renderPlainError } from "./handle-plain.ts";
import { handlePublish, handleSignal } from "./handle-publish.ts";
import { handleHistory, handleJoin, handleLeave, handleWho } from "./handle-rooms.ts";
import type { HubContext } from "./hub-context.ts";
import type { TransportEvent, TransportResult } from "./hub-types.ts";
import { beginInvocation } from "./invocation.ts";
import { dropConnection } from "./memberships.ts";
import type { MessageHandling } from "./message-handling.ts";
import { parseMessage } from "./parse-message.ts";
import { openPlain } from "./register.ts";

const FLOODED = 4429;
const BAD_FRAMES = 4400;

/** A client sent something. Never rejects: whatever is wrong with it becomes an `error` frame. */
export async function transport(
  context: HubContext,
  event: TransportEvent,
): Promise<TransportResult> {
  const { connectionId } = event;
  const invocation = beginInvocation(context, event.deadlineAt);
  const handling: MessageHandling = {
    context,
    invocation,
    connectionId,
    retryAfterMs: event.retryAfterMs,
    connection: event.connection,
    isCarried: event.connection !== undefined,
    replies: [],
    close: undefined,
  };
  let replies: string[];
  try {
    handling.connection ??= await context.store.get(connectionId);
    const plain = handling.connection?.protocol === "plain" || arrivesPlain(handling, event);
    replies = plain ? await plainReplies(handling, event) : await frameReplies(handling, event);
  } catch (error) {
    replies = failedReplies(handling, event, error);
  }
  const { connection, close } = handling;
  if (connection && !close) renewLease(handling, connection);
  if (close) {
    // Its rights end with the answer, whether or not the gateway closes the socket.
    invocation.track(dropConnection(context, invocation, connectionId, "disconnected"));
  }
  const open = close ? undefined : handling.connection;
  return { replies, close, connection: open, done: invocation.done() };
}

/** Nothing could be handled: tells so for each frame, so that whoever waits for its answer need not. */
function failedReplies(
  handling: MessageHandling,
  { data }: TransportEvent,
  thrown: unknown,
): string[] {
  const { limits } = handling.context.chat;
  const error = asFrameError(handling, thrown);
  const parsed = parseMessage(data, limits);
  const values = "values" in parsed ? parsed.values : [undefined];
  for (const value of values) answerError(handling, error, value);
  return encodeFrames(handling.replies, limits.maxReplyBytes);
}

/** Handles a message of frames, in order, and writes the answers. */
async function frameReplies(
  handling: MessageHandling,
  { data }: TransportEvent,
): Promise<string[]> {
  const { limits } = handling.context.chat;
  const parsed = parseMessage(data, limits);
  if ("code" in parsed) {
    const { code, message } = parsed;
    countBadFrame(handling);
    answerError(handling, new FrameError(message, { code }));
  } else {
    for (const value of parsed.values) {
      if (handling.close) break;
      await handleValue(handling, value);
    }
  }
  return encodeFrames(handling.replies, limits.maxReplyBytes);
}

async function handleValue(handling: MessageHandling, value: unknown): Promise<void> {
  // Not of the whole message: the answer has the `mid` that its sender waits for.
  const excess = findExcess(value, handling.context.chat.limits);
  const shaped = excess ? badFrame(excess) : shapeClientFrame(value);
  if ("code" in shaped) {
    countBadFrame(handling);
    return answerError(handling, new FrameError(shaped.message, { code: shaped.code }), value);
  }
  const { frame } = shaped;
  try {
    admit(handling);
    await catchUp(handling, frame);
    await handleFrame(handling, frame);
  } catch (error) {
    answerError(handling, error, frame);
  }
}

function handleFrame(handling: MessageHandling, frame: ClientFrame): Promise<void> {
  switch (frame.type) {
    case "hello":
      return handleHello(handling, frame);
    case "join":
      return handleJoin(handling, frame);
    case "leave":
      return handleLeave(handling, frame);
    case "publish":
      return handlePublish(handling, frame);
    case "signal":
      return handleSignal(handling, frame);
    case "history":
      return handleHistory(handling, frame);
    case "who":
      return handleWho(handling, frame);
    case "ping":
      return handlePing(handling, frame);
  }
}

/** A plain client whose row is missing: its register was lost, is late, or its lease ended. */
function arrivesPlain(handling: MessageHandling, { data }: TransportEvent): boolean {
  const { context, connection } = handling;
  if (connection || !context.chat.definition.plain || typeof data !== "string") return false;
  const parsed = parseMessage(data, context.chat.limits);
  return !("values" in parsed && "frame" in shapeClientFrame(parsed.values[0]));
}

async function plainReplies(
  handling: MessageHandling,
  { data }: TransportEvent,
): Promise<string[]> {
  try {
    admit(handling);
    const { context, invocation, connectionId } = handling;
    handling.connection ??= await openPlain(context, invocation, { connectionId });
    await handlePlain(handling, data);
    return [];
  } catch (thrown) {
    const error = asFrameError(handling, thrown);
    answerError(handling, error);
    const text = renderPlainError(handling, error);
    return text === undefined ? [] : [text];
  }
}

/** Lets something in that a client sent: neither too fast, nor after its authentication ended. */
function admit(handling: MessageHandling): void {
  takeToken(handling);
  const { authExpiresAt = Infinity } = handling.connection ?? {};
  if (authExpiresAt <= handling.context.clock.now()) throw tokenExpired();
}

/** Takes a token of the connection's and of the user's bucket. */
function takeToken(handling: MessageHandling): void {
  const { context, connectionId, connection } = handling;
  const { limiters } = context;
  const retryAfterMs =
    handling.retryAfterMs ||
    limiters.connection.take(connectionId) ||
    (connection ? limiters.user.take(connection.user.userId) : 0);
  if (retryAfterMs === 0) return;
  const flooded = limiters.floods.take(connectionId) > 0;
  const details = flooded ? { retryAfterMs, closeCode: FLOODED } : { retryAfterMs };
  throw new FrameError("too many frames", { code: "rate_limited", ...details });
}

function countBadFrame(handling: MessageHandling): void {
  const { context, connectionId } = handling;
  if (context.limiters.badFrames.take(connectionId) === 0) return;
  handling.close = { code: BAD_FRAMES, reason: "too many bad frames" };
}

/** Renews the lease once half of it is gone: most heartbeats cost no write. */
function renewLease({ context, invocation }: MessageHandling, connection: Connection): void {
  const { connectionId, protocol, expiresAt } = connection;
  const until = leaseEnd(context, connection);
  const left = expiresAt - context.clock.now();
  if (left > leaseMsFor(context, protocol) / 2 || until <= expiresAt) return;
  invocation.track(context.store.touch(connectionId, until));
}
