import type { Calls } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { type Context, toError } from "./context.ts";
import type { Emitter } from "./emitter.ts";
import type { HubbubClientError } from "./errors.ts";
import type { ClientFrame, Entry, PresenceFrame, ServerFrame } from "./frames.ts";
import type { Message, Position } from "./message-types.ts";
import type { Outbox } from "./outbox.ts";
import type { Presence, PublishAck, Room, RoomEvents } from "./room-types.ts";
import type { Sequencer } from "./sequencer.ts";

/** What the parts of a room share. */
export interface RoomCore extends Calls, Outbox, Sequencer {
  readonly context: Context;
  /** Where it is in the client's table. */
  key: string;
  /** Empty until an inbox knows whose it is. */
  name: string;
  readonly last: number | undefined;
  /** Another user's inbox: it is published to, but can't be joined or read. */
  readonly foreign: boolean;
  readonly events: Emitter<RoomEvents>;
  /** What the application holds. */
  readonly handle: Room;
  readonly joined: Promise<void>;
  /** Settles `joined`. */
  settleJoined: (error?: HubbubClientError) => void;
  /** Up to where messages are delivered. */
  position: Position | undefined;
  presence: Presence | undefined;
  left: boolean;
  /** How often the join was refused for the moment. */
  failures: number;
  busy: boolean;
  /** What a rejoin has to read until it has recovered. */
  recovering: { head: number; count: number } | undefined;
}

/** The connection, if the room can be used on it. */
export function readyConnection(r: RoomCore): Connection | undefined {
  const connection = r.context.current;
  return r.foreign || connection?.joined.has(r.name) ? connection : undefined;
}

export function toMessage(r: RoomCore, epoch: string, entry: Entry, backlog = false): Message {
  const { seq, mid, from, event, data = null, ts } = entry;
  return { room: r.name, epoch, seq, mid, from, event, data, ts, own: isOwn(r, entry), backlog };
}

export const isOwn = (r: RoomCore, { from }: Entry): boolean =>
  from?.id === (r.context.user?.id ?? null);

export const toAck = (epoch: string, { mid, seq, ts }: Entry, dup: boolean): PublishAck => ({
  mid,
  epoch,
  seq,
  ts,
  dup,
});

export function deliver(r: RoomCore, entry: Entry, epoch: string, backlog?: boolean): void {
  if (r.left || !entry.event) return; // The server can't read it any more.
  if (r.recovering) r.recovering.count++;
  r.events.emit("message", toMessage(r, epoch, entry, backlog));
}

/** Takes messages from wherever they came. One of our own is the ack, if that is still awaited. */
export function take(r: RoomCore, epoch: string, entries: Entry[], backlog?: boolean): void {
  for (const entry of entries) {
    if (isOwn(r, entry)) r.settle(epoch, entry);
    r.insert(epoch, entry, backlog);
  }
}

export function setPresence(r: RoomCore, { online, members, version }: PresenceFrame): Presence {
  r.presence = { online, members, version };
  r.events.emit("presence", r.presence);
  return r.presence;
}

/** Calls, and throws the answer if it is an error. */
export async function ask(r: RoomCore, frame: ClientFrame, once?: boolean): Promise<unknown> {
  const answer = (await r.call(() => frame, once)) as ServerFrame;
  if (answer.type === "error") throw toError(answer);
  return answer;
}

/** Tells the outcome of a rejoin once there is one. */
export function tellRecovery(r: RoomCore, recovered: boolean): void {
  const { recovering, position } = r;
  if (!recovering || (recovered && (position as Position).seq < recovering.head)) return;
  r.recovering = undefined;
  r.events.emit("recovered", { recovered, count: recovering.count });
}
