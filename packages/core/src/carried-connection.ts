import type { ClientFrame } from "./client-frames.ts";
import type { MessageHandling } from "./message-handling.ts";
import { isUserRoom } from "./room-name.ts";

/**
 * Looks a connection up in the store if it was carried by the gateway and lacks a room that a frame is
 * about: what the gateway carries is behind the store where an answer was lost. A join needs no look, it
 * is safe to repeat.
 */
export async function catchUp(handling: MessageHandling, frame: ClientFrame): Promise<void> {
  const { context, connectionId, connection, isCarried } = handling;
  if (!isCarried || !connection) return;
  if (roomsOf(frame).every((room) => connection.rooms.includes(room))) return;
  handling.isCarried = false;
  handling.connection = await context.store.get(connectionId);
}

/** The rooms that a connection has to be in for a frame. */
function roomsOf(frame: ClientFrame): readonly string[] {
  switch (frame.type) {
    case "publish":
    case "signal":
      return isUserRoom(frame.room) ? [] : [frame.room]; // Inboxes take what comes from outside.
    case "history":
    case "who":
      return [frame.room];
    case "ping":
      return (frame.rooms ?? []).map(({ room }) => room);
    default:
      return [];
  }
}
