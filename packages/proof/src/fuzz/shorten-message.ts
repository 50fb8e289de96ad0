import type { Message } from "./generate-message.ts";

const MAX_TRIES = 200;

/**
 * Leaves parts out of a message for as long as it still fails.
 *
 * @param message A message that fails.
 * @param fails Whether another one does.
 * @returns The shortest one that was found; not always the shortest there is.
 */
export async function shortenMessage<M extends Message>(
  message: M,
  fails: (message: M) => Promise<boolean>,
): Promise<M> {
  let shortest = message;
  let tries = 0;
  for (let size = message.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= shortest.length && tries < MAX_TRIES; tries++) {
      const shorter = without(shortest, at, size);
      if (await fails(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
}

function without<M extends Message>(message: M, at: number, size: number): M {
  if (typeof message === "string") return (message.slice(0, at) + message.slice(at + size)) as M;
  return message.filter((_, index) => index < at || index >= at + size) as M;
}
