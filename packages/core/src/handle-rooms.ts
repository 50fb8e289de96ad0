import { authorized, helloRequired, joinedConnection } from "./authorize.ts";
import type { HistoryFrame, JoinFrame, LeaveFrame, WhoFrame } from "./client-frames.ts";
import { FrameError } from "./errors.ts";
import { endMemberships, startMembership } from "./memberships.ts";
import type { MessageHandling } from "./message-handling.ts";
import { readHistory, readJoined } from "./read-log.ts";
import { isUserRoom, roomNameProblem, userRoom } from "./room-name.ts";

/** Joins a room, and tells where its log is. */
export async function handleJoin(handling: MessageHandling, frame: JoinFrame): Promise<void> {
  const { context, invocation } = handling;
  const { room, epoch, seq, id } = frame;
  if ((epoch === undefined) !== (seq === undefined)) {
    throw new FrameError("join: `epoch` and `seq` go together", { code: "bad_frame" });
  }
  const problem = roomNameProblem(room);
  if (problem) throw new FrameError(problem, { code: "bad_room" });
  const connection = handling.connection;
  if (!connection) throw helloRequired();
  if (isUserRoom(room) && room !== userRoom(connection.user.userId)) throw forbidden();
  await authorized(handling, { action: "join", room });
  // A resume is checked as a join and as a resume: who forgets the one has still said the other.
  if (epoch !== undefined) await authorized(handling, { action: "resume", room });
  const mayRead = !frame.last || (await isAllowed(handling, room));
  if (!connection.rooms.includes(room)) {
    const { maxRooms } = context.chat.limits;
    if (connection.rooms.length >= maxRooms) {
      throw new FrameError(`a connection is in at most ${maxRooms} rooms`, {
        code: "too_many_rooms",
      });
    }
    const resumed = epoch !== undefined;
    if (!(await startMembership(context, invocation, connection, room, resumed))) {
      handling.connection = undefined;
      throw helloRequired();
    }
    handling.connection = { ...connection, rooms: [...connection.rooms, room] };
  }
  const position = epoch === undefined || seq === undefined ? undefined : { epoch, seq };
  const last = mayRead ? (frame.last ?? 0) : 0;
  handling.replies.push({
    type: "joined",
    id,
    room,
    ...(await readJoined(context, room, position, last)),
  });
}

async function isAllowed(handling: MessageHandling, room: string): Promise<boolean> {
  try {
    await authorized(handling, { action: "history", room });
    return true;
  } catch {
    return false;
  }
}

function forbidden(): FrameError {
  return new FrameError("not allowed", { code: "forbidden" });
}

/** Leaves a room. Leaving one that was not joined is fine. */
export async function handleLeave(handling: MessageHandling, frame: LeaveFrame): Promise<void> {
  const { context, invocation, connection } = handling;
  const { room, id } = frame;
  if (!connection) throw helloRequired();
  if (await context.store.leave(connection.connectionId, room)) {
    await endMemberships(context, invocation, connection, [room], "left");
  }
  handling.connection = { ...connection, rooms: connection.rooms.filter((name) => name !== room) };
  handling.replies.push({ type: "ack", id, room });
}

/** Reads a part of a room's log. */
export async function handleHistory(handling: MessageHandling, frame: HistoryFrame): Promise<void> {
  joinedConnection(handling, frame.room);
  await authorized(handling, { action: "history", room: frame.room });
  handling.replies.push(await readHistory(handling.context, frame));
}

/** Tells who is online in a room. */
export async function handleWho(handling: MessageHandling, { room, id }: WhoFrame): Promise<void> {
  const { context, invocation } = handling;
  joinedConnection(handling, room);
  if (!context.chat.presence)
    throw new FrameError("presence is switched off", { code: "forbidden" });
  handling.replies.push({
    type: "presence",
    id,
    room,
    ...(await context.presence.read(room, invocation.track)),
  });
}
