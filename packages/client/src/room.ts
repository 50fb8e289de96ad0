import { createCalls } from "./calls.ts";
import type { Context } from "./context.ts";
import { createEmitter } from "./emitter.ts";
import { createOutbox } from "./outbox.ts";
import type { RoomCore } from "./room-core.ts";
import { createRoomHandle } from "./room-handle.ts";
import { createSequencer } from "./sequencer.ts";

/**
 * Creates a room that is joined on every connection that it is attached to.
 *
 * @param context The client.
 * @param key Its name, normalised; after a NUL, an inbox of another, or the own if nothing follows.
 * @param last How many messages to ask for.
 * @returns The room, not yet joined.
 */
export function createRoom(context: Context, key: string, last: number | undefined): RoomCore {
  const name = key.replace("\0", "");
  const r = {
    ...{ context, key, name, last, foreign: !!name && name !== key, events: createEmitter() },
    ...{ left: false, failures: 0, busy: false },
  } as { -readonly [K in keyof RoomCore]: RoomCore[K] };
  r.joined = new Promise((resolve, reject) => {
    r.settleJoined = (error) => (error ? reject(error) : resolve());
  });
  r.joined.catch(() => {}); // Who does not await it hears of it by `left`.
  // Each part knows the others through the room; none uses them before all are there.
  Object.assign(r, createCalls(r), createSequencer(r), createOutbox(r));
  r.handle = createRoomHandle(r);
  return r;
}
