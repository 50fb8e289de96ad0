import { type Chat, defineChat, type Schema, type User } from "@hubbub/core";
import { z } from "zod";

type Events = { readonly say: { readonly data: Schema<{ text: string }> } };

/** The chat whose fan-out is measured: no presence, and leases that outlast the run. */
export const fanOutChat: Chat<Events, User> = defineChat<Events, User>({
  events: { say: { data: z.object({ text: z.string() }) } },
  presence: false,
  leaseMs: 3_600_000,
});
