const MAX_FRAMES = 32;
const encoder = new TextEncoder();

/** How many bytes a text takes on the wire. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** What waits to be sent on one connection. */
export interface Outgoing {
  add(text: string): void;
  /** Sends `hello` and what `addJoins` adds as one message; everything else waits for `open`. */
  greet(hello: string, addJoins: () => void): void;
  open(): void;
  /** Sends at once what would go with the end of this tick. */
  flush(): void;
}

/**
 * Creates a queue that sends what comes in one tick as one message.
 *
 * @param transmit Sends a text.
 * @param limits The most bytes of a message.
 * @returns The queue.
 */
export function createOutgoing(
  transmit: (text: string) => void,
  limits: { readonly maxBytes: number },
): Outgoing {
  let queue: string[] = [];
  let ready = false;
  const sendOne = () => {
    let bytes = 2;
    const fit = queue.findIndex((text, index) => {
      bytes += byteLength(text) + 1;
      return index === MAX_FRAMES || (index && bytes > limits.maxBytes);
    });
    const batch = queue.splice(0, fit < 0 ? MAX_FRAMES : fit);
    transmit(batch.length > 1 ? `[${batch}]` : `${batch}`);
  };
  const flush = () => {
    while (ready && queue.length) sendOne();
  };
  const schedule = () => queueMicrotask(flush);
  return {
    add(text) {
      queue.push(text);
      schedule();
    },
    greet(hello, addJoins) {
      const held = queue;
      ready = false;
      queue = [hello];
      addJoins();
      queue.push(...held);
      sendOne();
    },
    open() {
      ready = true;
      schedule();
    },
    flush,
  };
}
