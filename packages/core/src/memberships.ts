import type { LeaveReason } from "./chat-types.ts";
import type { Connection, ConnectionProtocol } from "./connection-store.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import { isUserRoom } from "./room-name.ts";

/** The group that carries a room for the connections of one protocol: their texts differ. */
export function groupName(protocol: ConnectionProtocol, room: string): string {
  return `${protocol}:${room}`;
}

/**
 * Makes a connection a member. The membership is there before anything of the log is read, so that
 * nobody falls between a publisher's append and its list of members.
 *
 * @returns False if the connection is not open.
 */
export async function startMembership(
  context: HubContext,
  invocation: Invocation,
  connection: Connection,
  room: string,
  resumed: boolean,
): Promise<boolean> {
  const { store, chat, presence } = context;
  const { connectionId } = connection;
  if (!(await store.join(connectionId, room))) return false;
  try {
    await joinGroup(context, connection, room);
  } catch (error) {
    // A member that no broadcast reaches is none; so that the next try begins anew.
    await logged(context, "undoing a join", () => store.leave(connectionId, room));
    throw error;
  }
  const { joined } = chat.definition;
  if (joined) {
    const { user } = connection;
    const call = async () => joined({ user, room, hub: invocation.hub, resumed });
    invocation.track(logged(context, "joined", call));
  }
  if (!isUserRoom(room)) {
    invocation.trackPresence(() => presence.changed(room, invocation.deadlineAt));
  }
  return true;
}

/** Adds a connection to a room's group; again where an earlier try may have died before it did. */
export async function joinGroup(
  { pusher }: HubContext,
  { connectionId, protocol }: Connection,
  room: string,
): Promise<void> {
  await pusher.groups?.join(groupName(protocol, room), connectionId);
}

/**
 * Ends one membership. The group is left first, whatever the store knows: an earlier try may have died
 * between the two, and a join that overlaps with this may end up in the group without being a member,
 * which the next heartbeat finds, but never as a member whom no broadcast reaches.
 *
 * @returns True if it was a member.
 */
export async function endMembership(
  context: HubContext,
  invocation: Invocation,
  connection: Connection,
  room: string,
  why: LeaveReason,
): Promise<boolean> {
  const { connectionId, protocol } = connection;
  const group = groupName(protocol, room);
  let failure: { error: unknown } | undefined;
  try {
    await context.pusher.groups?.leave(group, connectionId);
  } catch (error) {
    failure = { error }; // It may have been left all the same: then it must be no member, either.
  }
  let isLeft: boolean;
  try {
    isLeft = await context.store.leave(connectionId, room);
  } catch (error) {
    // It may still be a member, if it was one: then broadcasts must go on reaching it.
    if (connection.rooms.includes(room)) {
      await logged(context, "undoing a leave", () => joinGroup(context, connection, room));
    }
    throw error;
  }
  if (isLeft) await afterLeaving(context, invocation, connection, room, why);
  if (failure) throw failure.error;
  return isLeft;
}

/** Does what is due once a membership is no longer in the store. Never rejects. */
async function afterLeaving(
  context: HubContext,
  invocation: Invocation,
  { user }: Connection,
  room: string,
  why: LeaveReason,
): Promise<void> {
  const { left } = context.chat.definition;
  if (left) {
    await logged(context, "left", async () => left({ user, room, hub: invocation.hub, why }));
  }
  if (!isUserRoom(room)) {
    invocation.trackPresence(() => context.presence.changed(room, invocation.deadlineAt));
  }
}

/** Removes a connection with all its memberships. Repeating it changes nothing. */
export async function dropConnection(
  context: HubContext,
  invocation: Invocation,
  connectionId: string,
  why: LeaveReason,
): Promise<Connection | undefined> {
  const removed = await context.store.close(connectionId);
  for (const limiter of Object.values(context.limiters)) limiter.delete(connectionId);
  context.welcomed.delete(connectionId);
  if (!removed) return undefined;
  for (const room of removed.rooms) {
    const group = groupName(removed.protocol, room);
    const leaveGroup = context.pusher.groups?.leave(group, connectionId);
    await logged(context, "leaving a group", async () => leaveGroup);
    await afterLeaving(context, invocation, removed, room, why);
  }
  return removed;
}

/** Runs a hook whose failure stops nothing. */
export async function logged(
  { logger }: HubContext,
  hook: string,
  call: () => Promise<unknown>,
): Promise<void> {
  try {
    await call();
  } catch (error) {
    logger?.error(`${hook} failed`, { error });
  }
}
