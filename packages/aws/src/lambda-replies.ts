import type { Clock, Logger, Pusher } from "@hubbub/core";

/** What the answers need. */
export interface RepliesParts {
  pusher: Pusher;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

/** The answers to a sender. */
export interface Replies {
  /**
   * Pushes them in order. `gone`: there is nobody any more. `failed`: one was not sent; the client asks
   * again. Never rejects.
   */
  send(
    connectionId: string,
    texts: readonly string[],
    deadlineAt: number | undefined,
  ): Promise<"sent" | "gone" | "failed">;
  /** Closes a connection. Never rejects. */
  close(connectionId: string, how: { code: number; reason: string }): Promise<void>;
}

const MAX_TRIES = 3;
const RETRY_BASE_MS = 100;

/** Creates what answers the sender of a message by pushes. */
export function createReplies({ pusher, clock, random, logger }: RepliesParts): Replies {
  async function sendOne(connectionId: string, text: string, deadlineAt = Infinity) {
    for (let tries = 1; ; tries++) {
      const result = await pusher.send(connectionId, text);
      if (result !== "throttled" || tries === MAX_TRIES) return result;
      await clock.sleep(RETRY_BASE_MS * 2 ** (tries - 1) * (0.5 + random()));
      if (clock.now() >= deadlineAt) return result;
    }
  }

  return {
    async send(connectionId, texts, deadlineAt) {
      try {
        for (const text of texts) {
          const result = await sendOne(connectionId, text, deadlineAt);
          if (result === "gone") return "gone";
          if (result === "sent") continue;
          logger.warn("an answer was not sent; the client asks again", { result });
          return "failed";
        }
        return "sent";
      } catch (error) {
        logger.error("an answer could not be sent; the client asks again", { error });
        return "failed";
      }
    },
    async close(connectionId, { code, reason }) {
      try {
        await pusher.close(connectionId, code, reason);
      } catch (error) {
        logger.error("a connection could not be closed", { code, error });
      }
    },
  };
}
