import type { Connection } from "./connection.ts";
import { type Context, report } from "./context.ts";
import type { ByeFrame, PingRoom, PongFrame, ServerFrame, WelcomeFrame } from "./frames.ts";
import { onPongRoom, onRoomFrame } from "./room-frames.ts";
import { attach } from "./room-sync.ts";

/** The key of the own inbox as long as nobody knows whose it is. */
export const NAMELESS = "\0";

/** Takes a frame that answers no call. */
export function onFrame(c: Context, connection: Connection, frame: ServerFrame): void {
  const { type } = frame;
  if (type === "welcome") onWelcome(c, frame);
  else if (type === "bye") onBye(c, connection, frame);
  else if (type === "pong") onPong(c, connection, frame);
  else {
    const r = c.rooms.get(frame.room as string);
    if (r) onRoomFrame(r, connection, frame);
    else if (type === "error") {
      if (frame.code === "hello_required") connection.greet();
      else report(c, frame);
    }
  }
}

function onBye(c: Context, connection: Connection, frame: ByeFrame): void {
  const { code, reason, reconnect, afterMs = 0 } = frame;
  connection.final = !reconnect;
  if (reconnect && connection === c.current) c.rotate(afterMs * c.random());
  c.events.emit("bye", { code, reason, reconnect });
}

function onPong(c: Context, connection: Connection, { rooms, others }: PongFrame): void {
  // A leave was lost, or overtaken by a join.
  for (const room of others) if (!c.rooms.has(room)) connection.send({ type: "leave", room });
  for (const pong of rooms) {
    const r = c.rooms.get(pong.room);
    if (r && connection === c.current) onPongRoom(r, connection, pong);
  }
}

function onWelcome(c: Context, { user, maxBytes }: WelcomeFrame): void {
  const inbox = c.rooms.get(NAMELESS);
  c.user = user;
  c.maxBytes = maxBytes;
  c.failures = 0;
  c.renewed = false;
  if (inbox) {
    inbox.key = inbox.name = `@${user.id}`.normalize();
    c.rooms.delete(NAMELESS);
    c.rooms.set(inbox.key, inbox);
  }
  c.settle();
}

/** Joins on a connection what is not joined there. */
export function joinAll({ rooms }: Context, connection: Connection): void {
  for (const r of rooms.values()) if (!connection.joined.has(r.name)) attach(r, connection);
}

/** Joins what is not joined on the connection in use, and sends what waits. */
export function onReady(c: Context, connection: Connection): void {
  joinAll(c, connection);
  for (const r of c.rooms.values()) r.pump();
}

/** The positions for a ping. Without a version of the presence, the server tells the present one. */
export function positions({ rooms, current }: Context): PingRoom[] {
  return [...rooms.values()].flatMap(({ name, position, presence, foreign }) =>
    position && !foreign && current?.joined.has(name)
      ? [{ room: name, ...position, presence: presence?.version ?? "" }]
      : [],
  );
}
