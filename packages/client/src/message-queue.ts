import type { Emitter } from "./emitter.ts";
import type { Message } from "./message-types.ts";
import type { RoomEvents } from "./room-types.ts";

/**
 * Turns messages into an async iterator. It begins with the first read, and has no bound:
 * a reader that is slower than the room makes it grow.
 *
 * @param events The room's events; `left` ends the iteration.
 * @param left Whether the room is left already.
 * @returns The iterator.
 */
export async function* readMessages(
  events: Emitter<RoomEvents>,
  left: boolean,
): AsyncGenerator<Message, void> {
  const queue: Message[] = [];
  let ended = left;
  let wake = () => {};
  const stops = [
    events.on("message", (message) => {
      queue.push(message);
      wake();
    }),
    events.on("left", () => {
      ended = true;
      wake();
    }),
  ];
  try {
    for (;;) {
      const message = queue.shift();
      if (message) yield message;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    for (const stop of stops) stop();
  }
}
