import { repeatLater } from "./backoff.ts";
import type { Connection } from "./connection.ts";
import { connectionsOf, report, toError } from "./context.ts";
import { HubbubClientError, type HubbubClientErrorCode } from "./errors.ts";
import type { ErrorFrame, JoinedFrame, LogState, ServerFrame } from "./frames.ts";
import type { Position } from "./message-types.ts";
import { type RoomCore, take, tellRecovery } from "./room-core.ts";

/** Joins on a connection, or synchronises with it. */
export function attach(r: RoomCore, connection: Connection): void {
  const { name: room, last, context } = r;
  if (r.left || r.foreign || !room || connection.joining.has(room)) return;
  const asked = r.position;
  connection.joining.add(room);
  connection.ask({ type: "join", room, ...asked, last }, (answer) => {
    if (connection.ended) return;
    if (!r.left) onAnswer(r, connection, answer, asked);
    // It had overtaken the join; unless another handle has joined since, or is about to.
    else if (answer?.type === "joined" && !context.rooms.has(room))
      connection.send({ type: "leave", room });
    context.settle();
  });
}

function onAnswer(
  r: RoomCore,
  connection: Connection,
  answer: ServerFrame | undefined,
  asked: Position | undefined,
): void {
  const epoch = r.position?.epoch;
  connection.joining.delete(r.name);
  if (answer?.type === "error") onRefused(r, connection, answer);
  // If another connection has gone over to another log meanwhile, only a new join tells which is newer.
  else if (answer?.type !== "joined" || (epoch !== asked?.epoch && epoch !== answer.epoch))
    attach(r, connection);
  else onJoined(r, connection, answer, asked);
}

/** Joins again on a connection that has forgotten the room, or us. */
export function recover(r: RoomCore, connection: Connection, code: HubbubClientErrorCode): boolean {
  const forgotten = code === "hello_required";
  if (!forgotten && (code !== "not_joined" || r.foreign)) return false;
  connection.joined.delete(r.name);
  if (forgotten) connection.greet();
  attach(r, connection);
  return true;
}

/** Leaves for good. */
export function depart(
  r: RoomCore,
  code: HubbubClientErrorCode | "left",
  error: HubbubClientError = new HubbubClientError("closed"),
): void {
  if (r.left) return;
  r.left = true;
  r.stop();
  r.context.rooms.delete(r.key);
  for (const { joined, joining } of connectionsOf(r.context)) {
    joined.delete(r.name);
    joining.delete(r.name);
  }
  r.settleJoined(error);
  r.end();
  r.events.emit("left", { code });
}

function onRefused(r: RoomCore, connection: Connection, frame: ErrorFrame): void {
  const { code } = frame;
  if (recover(r, connection, code)) return;
  if (frame.retryable || code === "internal") {
    if (code === "internal") report(r.context, frame);
    connection.joining.add(r.name);
    repeatLater(r.context, r, frame, () => {
      connection.joining.delete(r.name);
      if (!connection.ended) attach(r, connection);
    });
  } else {
    depart(r, code, toError(frame));
  }
}

function onJoined(
  r: RoomCore,
  connection: Connection,
  frame: JoinedFrame,
  asked: Position | undefined,
): void {
  const { epoch, oldest, head, messages } = frame;
  const old = r.position;
  connection.joined.add(r.name);
  r.failures = 0;
  // A rotation is no break: the other connection is still joined.
  if (old && connection === r.context.current) r.recovering ??= { head, count: 0 };
  // With `more` it goes on with what the log still has.
  const begin = messages[0] ? messages[0].seq - 1 : frame.more ? oldest - 1 : head;
  // Without `recovered` it answers a join without a position; by now there may be one, from elsewhere.
  // And what it could not resume from may not be the position any more, if two connections have joined.
  // Nothing is lost, either, if what it gives begins where the position is, or before.
  const kept =
    old?.epoch === epoch &&
    (frame.recovered !== false ||
      (old !== asked && old.seq >= oldest - 1) ||
      (old.seq >= begin && old.seq <= head));
  if (r.recovering) r.recovering.head = head;
  if (!kept) lose(r, frame, begin);
  take(r, epoch, messages, !kept);
  r.seen(head);
  if (frame.more) void repair(r);
  tellRecovery(r, kept);
  r.settleJoined();
  r.pump();
}

/** Goes on after `to`. What lies between is lost, if there was a position. */
function lose(r: RoomCore, { epoch, oldest, head }: LogState, to: number): void {
  const { position } = r;
  if (position) {
    const epochChanged = position.epoch !== epoch;
    const [from, last] = epochChanged ? [] : [position.seq + 1, to];
    r.events.emit("reset", { epochChanged, from, to: last, oldest, head });
  }
  r.moveTo({ epoch, seq: to });
}

/** Reads the log on from the position, until a page brings nothing: the next pong asks again then. */
export async function repair(r: RoomCore): Promise<void> {
  if (r.busy) return;
  r.busy = true;
  for (let after = -1; r.behind() && (r.position as Position).seq !== after; ) {
    const answer = (await r.call(() => {
      const { epoch, seq } = r.position as Position;
      after = seq;
      return { type: "history", epoch, after, limit: 256 };
    })) as ServerFrame;
    if (r.left) return;
    if (answer.type === "history") {
      take(r, answer.epoch, answer.messages);
      r.seen(answer.head);
      tellRecovery(r, true);
    }
    if (answer.type === "reset") onReset(r, answer);
    if (answer.type === "error") report(r.context, answer);
  }
  r.busy = false;
}

function onReset(r: RoomCore, frame: LogState): void {
  const { epoch, seq } = r.position as Position;
  if (frame.epoch !== epoch) sync(r);
  else if (frame.oldest > seq + 1) {
    lose(r, frame, frame.oldest - 1);
    tellRecovery(r, false);
  }
}

/** Joins once more: the log is another one. */
export function sync(r: RoomCore): void {
  for (const connection of connectionsOf(r.context)) attach(r, connection);
}
