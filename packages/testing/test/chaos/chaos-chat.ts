import { type Chat, defineChat, type RetentionOptions, type Schema, type User } from "@hubbub/core";
import { z } from "zod";
import type { Plan } from "./plan.ts";

/** What can be said. */
type Events = { readonly say: { readonly data: Schema<{ text: string }> } };

/** A chat where the token is the user. */
export type ChaosChat = Chat<Events, User>;

/** A log that forgets soon: later than any instance is frozen or late in such a run. */
export const RETENTION: RetentionOptions = { maxEntries: 20, minAgeMs: 15_000 };

/** Defines the chat of one seed. */
export function createChaosChat({ trims, strict, smallReplies, presence }: Plan): ChaosChat {
  return defineChat<Events, User>({
    events: { say: { data: z.object({ text: z.string() }) } },
    authenticate: ({ token = "" }) => ({ userId: token }),
    ...(trims ? { retention: RETENTION } : {}),
    ...(presence ? {} : { presence: false }),
    limits: {
      ...(strict ? { connectionRate: { perSecond: 2, burst: 6 } } : {}),
      ...(smallReplies ? { maxReplyBytes: 1024 } : {}),
    },
  });
}
