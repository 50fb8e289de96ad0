import { defineChat } from "@hubbub/core";
// The small build: all of `zod` is 450 KB of a function.
import * as z from "zod/mini";

/** The pages that may connect: exact origins, separated by commas; `null` stands for programs. */
const origins = (process.env.ORIGINS ?? "null")
  .split(",")
  .map((origin) => (origin.trim() === "null" ? null : origin.trim()));

/** The chat. Everybody is a guest: add `authenticate` before strangers come in. */
export const chat = defineChat({
  events: {
    /** A message: stored in the room's log, ordered, acked. */
    say: { data: z.object({ text: z.string().check(z.minLength(1), z.maxLength(2000)) }) },
    /** Somebody writes, or stopped: pushed once, never stored. */
    typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
  },
  origins,
});
