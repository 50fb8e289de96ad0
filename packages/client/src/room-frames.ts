import type { Connection } from "./connection.ts";
import { report, toError } from "./context.ts";
import type { PongRoom, PresenceFrame, RoomFrame } from "./frames.ts";
import { ask, type RoomCore, setPresence, take } from "./room-core.ts";
import { attach, depart, recover } from "./room-sync.ts";
import type { Presence } from "./room-types.ts";

/** Takes a frame that answers no call. */
export function onRoomFrame(r: RoomCore, connection: Connection, frame: RoomFrame): void {
  if (frame.type === "message") {
    take(r, frame.epoch, [frame]);
  } else if (frame.type === "signal") {
    const { room, from, event, data = null } = frame;
    r.events.emit("signal", { room, from, event, data });
  } else if (frame.type === "presence") {
    setPresence(r, frame);
  } else if (frame.type === "error") {
    if (frame.code === "kicked") depart(r, frame.code, toError(frame));
    else if (!recover(r, connection, frame.code)) report(r.context, frame);
  }
}

/** Repairs what pushes did not tell. */
export function onPongRoom(r: RoomCore, connection: Connection, pong: PongRoom): void {
  if (!pong.joined) recover(r, connection, "not_joined");
  else if (pong.epoch !== r.position?.epoch) attach(r, connection);
  else r.seen(pong.head);
  const { version } = pong;
  if (version && version !== r.presence?.version) askWho(r).catch(() => {});
}

/** Asks who is online. */
export async function askWho(r: RoomCore): Promise<Presence> {
  return setPresence(r, (await ask(r, { type: "who" })) as PresenceFrame);
}
