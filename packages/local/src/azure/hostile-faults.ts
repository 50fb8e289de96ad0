import type { WebPubSubFaults } from "./web-pubsub-faults.ts";

const RATE = 0.1;
const MAX_LATE_MS = 30_000;
const MAX_UNORDERED_MS = 500;

/**
 * Creates faults that strike one time in ten, each: events doubled, their answers lost so that they are
 * retried, `connected` out of order, `disconnected` up to 30 seconds late or lost, answers and messages
 * late so that they overtake each other, and 429 or a lost answer from the REST API.
 *
 * @param random A number of at least 0 and less than 1; `createSeededRandom` repeats what it did.
 */
export function createHostileFaults(random: () => number): Required<WebPubSubFaults> {
  const strikes = () => random() < RATE;
  const draw = (maxMs: number) => Math.floor(random() * maxMs);
  return {
    events({ type }) {
      if (type === "sys.disconnected" && strikes()) return [];
      if (type === "sys.disconnected" && strikes()) return [draw(MAX_LATE_MS)];
      if (type === "sys.connected" && strikes()) return [draw(MAX_UNORDERED_MS)];
      return strikes() ? [0, draw(MAX_UNORDERED_MS)] : [0];
    },
    // The last try is left alone: a lost event is another fault than a repeated one.
    answers: (_event, attempt) => (attempt < 3 && strikes() ? "lost" : undefined),
    replies: () => (strikes() ? draw(MAX_UNORDERED_MS) : 0),
    rest() {
      if (strikes()) return { answer: 429 };
      if (strikes()) return { answer: "no-answer", afterEffect: true };
      return strikes() ? { deliveryDelayMs: draw(MAX_UNORDERED_MS) } : {};
    },
  };
}
