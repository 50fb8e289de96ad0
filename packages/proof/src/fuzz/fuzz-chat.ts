import { type Chat, defineChat, RejectedError, type User } from "@hubbub/core";
import { z } from "zod";

const OFF = { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
const NAMES = ["joe", "wes", "witness"];

const shared = {
  limits: { connectionRate: OFF, userRate: OFF },
  leaseMs: 24 * 60 * 60 * 1000,
  on: {
    say: ({ data }: { data: { text: string } }) => {
      if (data.text === "veto") throw new RejectedError("vetoed");
      return data.text === "trim" ? { text: "" } : undefined;
    },
    echo: ({ data }: { data: unknown }) => data,
    rename: ({ data }: { data: { title: string } }) => ({ ok: data.title !== "" }),
  },
};

const events = {
  say: { data: z.object({ text: z.string() }) },
  any: { data: z.unknown() },
  typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
  wave: { data: z.unknown(), ephemeral: true },
  echo: { data: z.unknown(), reply: z.unknown() },
  rename: { data: z.object({ title: z.string() }), reply: z.object({ ok: z.boolean() }) },
} as const;

/** A chat of users with tokens that forbids this and that. Its limits on frames are switched off. */
export function createMembersChat(): Chat {
  return defineChat({
    events,
    ...shared,
    authenticate({ token = "" }): User {
      if (!NAMES.includes(token)) throw new RejectedError("nobody");
      return { userId: token, name: token.toUpperCase() };
    },
    authorize: ({ action, room }) => room !== "vault" && !(action === "resume" && room === "attic"),
    published() {},
    joined() {},
    left() {},
  }) as unknown as Chat;
}

/** A chat of guests that serves plain clients as well. Its limits on frames are switched off. */
export function createGuestChat(): Chat {
  return defineChat({
    events,
    ...shared,
    plain: {
      room: "lobby",
      receive: (text) => (text === "" ? undefined : { event: "say", data: { text } }),
      render: ({ event, data }, { online }) =>
        `${event === "say" ? (data as { text: string }).text : event} of ${online}`,
    },
  }) as unknown as Chat;
}
