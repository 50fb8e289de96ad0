import { defineChat, RejectedError } from "@hubbub/core";
import { z } from "zod";
import { guestFromToken } from "./guest.ts";

/** The chat. Nothing in here knows where it runs. */
export const chat = defineChat({
  events: {
    /** A message: stored in the room's log, ordered, acked. */
    say: { data: z.object({ text: z.string().min(1).max(2000) }) },
    /** Somebody writes, or stopped: pushed once, never stored. */
    typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
  },

  async authenticate({ token }) {
    const guest = await guestFromToken(token);
    if (!guest) throw new RejectedError("bad_token", "a token is a secret, a dot and a nickname");
    return guest;
  },
});
