import { helloRequired } from "./authorize.ts";
import type { PingFrame, PingPosition } from "./client-frames.ts";
import { FrameError } from "./errors.ts";
import type { MessageHandling } from "./message-handling.ts";
import { isUserRoom } from "./room-name.ts";
import type { PongRoom } from "./server-frames.ts";

/** Answers a heartbeat with what pushes may have failed to tell. */
export async function handlePing(handling: MessageHandling, frame: PingFrame): Promise<void> {
  const { context, connection } = handling;
  if (!connection) throw helloRequired();
  const positions = frame.rooms ?? [];
  const { maxRooms } = context.chat.limits;
  if (positions.length > maxRooms) {
    throw new FrameError(`ping: a connection is in at most ${maxRooms} rooms`, {
      code: "bad_frame",
    });
  }
  const rooms = await Promise.all(positions.map((position) => pongRoom(handling, position)));
  const news = rooms.filter((room) => room !== undefined);
  const named = new Set(positions.map(({ room }) => room));
  const others = connection.rooms.filter((room) => !named.has(room));
  handling.replies.push({
    type: "pong",
    id: frame.id,
    ts: context.clock.now(),
    rooms: news,
    ...(others.length > 0 ? { others } : {}),
  });
}

/** What differs from what the client knows of a room; undefined if nothing does. */
async function pongRoom(
  { context, connection, invocation }: MessageHandling,
  { room, epoch, seq, presence }: PingPosition,
): Promise<PongRoom | undefined> {
  if (!connection?.rooms.includes(room)) return { room, joined: false };
  const state = await context.log.head(room);
  const online =
    context.chat.presence && !isUserRoom(room)
      ? await context.presence.recent(room, invocation.track)
      : undefined;
  const samePresence = !online || presence === undefined || presence === online.version;
  if (state.epoch === epoch && state.head === seq && samePresence) return undefined;
  const { oldest, head } = state;
  const { version } = online ?? {};
  return { room, joined: true, epoch: state.epoch, oldest, head, online: online?.online, version };
}
