import type { Clock, Logger, Pusher } from "@hubbub/core";
import { sendWithRetries } from "@hubbub/core/adapter";

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

/** Creates what answers the sender of a message by pushes. */
export function createReplies(parts: RepliesParts): Replies {
  const { pusher, logger } = parts;
  return {
    async send(connectionId, texts, deadlineAt) {
      try {
        for (const text of texts) {
          const result = await sendWithRetries(parts, connectionId, text, deadlineAt);
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
