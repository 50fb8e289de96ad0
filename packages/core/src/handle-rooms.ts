import { authorized, helloRequired, isRefusal, joinedConnection } from "./authorize.ts";
import type { HistoryFrame, JoinFrame, LeaveFrame, WhoFrame } from "./client-frames.ts";
import type { Connection } from "./connection-store.ts";
import { FrameError } from "./errors.ts";
import { endMembership, joinGroup, startMembership } from "./memberships.ts";
import type { MessageHandling } from "./message-handling.ts";
import { readHistory, readJoined } from "./read-log.ts";
import { isUserRoom, roomNameProblem, userRoom } from "./room-name.ts";

/** Joins a room, and tells where its log is. */
export async function handleJoin(handling: MessageHandling, frame: JoinFrame): Promise<void> {
  const { room, id, epoch, seq, last = 0 } = frame;
  if ((epoch === undefined) !== (seq === undefined)) {
    throw new FrameError("join: `epoch` and `seq` go together", { code: "bad_frame" });
  }
  const position = epoch === undefined || seq === undefined ? undefined : { epoch, after: seq };
  const connection = await mayJoin(handling, room);
  // A resume is checked as a join and as a resume: who forgets the one has still said the other.
  const mayResume = !position || (await mayRead(handling, { action: "resume", room, position }));
  const wanted = last > 0 && (await mayRead(handling, { action: "history", room })) ? last : 0;
  if (connection.rooms.includes(room)) await joinGroup(handling.context, connection, room);
  else await becomeMember(handling, connection, room, position !== undefined);
  const log = await readJoined(handling.context, room, mayResume ? position : undefined, wanted);
  if (!mayResume) log.recovered = false;
  // Who lost its position goes on with what is still there, unless it was given the newest instead.
  if (log.recovered === false && log.messages.length === 0 && log.head >= log.oldest) {
    log.more = await mayRead(handling, { action: "history", room });
  }
  handling.replies.push({ type: "joined", id, room, ...log });
}

async function mayJoin(handling: MessageHandling, room: string): Promise<Connection> {
  const { connection } = handling;
  if (!connection) throw helloRequired();
  checkName(room);
  if (isUserRoom(room) && room !== userRoom(connection.user.userId)) {
    throw new FrameError("not allowed", { code: "forbidden" });
  }
  try {
    await authorized(handling, { action: "join", room });
  } catch (error) {
    // Who may no longer be here is here no longer.
    if (isRefusal(error) && connection.rooms.includes(room)) {
      await leaveRoom(handling, connection, room, "kicked");
    }
    throw error;
  }
  return connection;
}

/** Who may not read joins all the same, and sees what comes from now on. */
async function mayRead(
  handling: MessageHandling,
  asked: Parameters<typeof authorized>[1],
): Promise<boolean> {
  try {
    await authorized(handling, asked);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

async function becomeMember(
  handling: MessageHandling,
  connection: Connection,
  room: string,
  resumed: boolean,
): Promise<void> {
  const { context, invocation } = handling;
  const { maxRooms } = context.chat.limits;
  if (connection.rooms.length >= maxRooms) {
    const message = `a connection is in at most ${maxRooms} rooms`;
    throw new FrameError(message, { code: "too_many_rooms" });
  }
  if (!(await startMembership(context, invocation, connection, room, resumed))) {
    handling.connection = undefined;
    throw helloRequired();
  }
  handling.connection = { ...connection, rooms: [...connection.rooms, room] };
}

/** Leaves a room. Leaving one that was not joined is fine. */
export async function handleLeave(handling: MessageHandling, frame: LeaveFrame): Promise<void> {
  const { connection } = handling;
  const { room, id } = frame;
  if (!connection) throw helloRequired();
  checkName(room);
  await leaveRoom(handling, connection, room, "left");
  handling.replies.push({ type: "ack", id, room });
}

async function leaveRoom(
  handling: MessageHandling,
  connection: Connection,
  room: string,
  why: "left" | "kicked",
): Promise<void> {
  const { context, invocation } = handling;
  await endMembership(context, invocation, connection, room, why);
  handling.connection = { ...connection, rooms: connection.rooms.filter((name) => name !== room) };
}

function checkName(room: string): void {
  const problem = roomNameProblem(room);
  if (problem) throw new FrameError(problem, { code: "bad_room" });
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
