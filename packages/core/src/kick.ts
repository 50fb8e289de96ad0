import type { Connection } from "./connection-store.ts";
import { encodeFrame } from "./encode-frames.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import type { KickOptions } from "./hub-types.ts";
import { dropConnection, endMembership } from "./memberships.ts";
import type { ServerFrame } from "./server-frames.ts";

const KICKED = 4403;
const RESTART = 1012; // The client comes back at once.

/** Closes all connections of a user, or removes them from one room. Answers how many. */
export async function kick(
  context: HubContext,
  invocation: Invocation,
  userId: string,
  { room, reason = "kicked" }: KickOptions = {},
): Promise<number> {
  const { store } = context;
  let kicked = 0;
  const failures: unknown[] = [];
  for (const connectionId of await store.connectionsOf(userId)) {
    try {
      const connection = await store.get(connectionId);
      if (!connection) continue;
      const gone =
        room === undefined
          ? await kickOut(context, invocation, connection, reason)
          : await kickFrom(context, invocation, connection, room, reason);
      if (gone) kicked++;
    } catch (error) {
      failures.push(error); // One that can't be kicked does not save the others.
    }
  }
  if (failures.length > 0) throw failures[0];
  return kicked;
}

async function kickOut(
  context: HubContext,
  invocation: Invocation,
  { connectionId, protocol }: Connection,
  reason: string,
): Promise<boolean> {
  try {
    // Out of the store first: from then on the connection has no right left.
    if (!(await dropConnection(context, invocation, connectionId, "kicked"))) return false;
    if (protocol !== "plain") {
      const bye = { type: "bye", code: KICKED, reason, reconnect: false } as const;
      await tell(context, invocation, connectionId, bye);
    }
  } finally {
    // Even if the store did not answer: it may have forgotten the connection, and groups push on.
    await context.pusher.close(connectionId, KICKED, reason);
  }
  return true;
}

async function kickFrom(
  context: HubContext,
  invocation: Invocation,
  connection: Connection,
  room: string,
  reason: string,
): Promise<boolean> {
  const { connectionId } = connection;
  // A plain client lives in its one room: out of it, it has nothing left to do here.
  if (connection.protocol === "plain") {
    const inRoom = connection.rooms.includes(room);
    return inRoom && kickOut(context, invocation, connection, reason);
  }
  if (!(await endMembership(context, invocation, connection, room, "kicked"))) return false;
  const message = `removed from the room: ${reason}`;
  const frame = { type: "error", code: "kicked", message, retryable: false, reason, room } as const;
  await tell(context, invocation, connectionId, frame);
  if (context.carriesConnections) await context.pusher.close(connectionId, RESTART, reason);
  return true;
}

async function tell(
  context: HubContext,
  invocation: Invocation,
  connectionId: string,
  frame: ServerFrame,
): Promise<void> {
  try {
    const result = await context.pusher.send(connectionId, encodeFrame(frame));
    if (result === "gone") await dropConnection(context, invocation, connectionId, "gone");
  } catch (error) {
    context.logger?.warn("somebody could not be told of being kicked", { error });
  }
}
