import { z } from "zod";
import {
  type Chat,
  type ChatDefinition,
  defineChat,
  type Limits,
  type Schema,
  type User,
} from "../src/index.ts";

/** Events of each kind. */
export type Events = {
  readonly say: { readonly data: Schema<{ text: string }> };
  readonly shout: { readonly data: Schema<{ text: string }> };
  readonly typing: { readonly data: Schema<{ on: boolean }>; readonly ephemeral: true };
  readonly rename: {
    readonly data: Schema<{ title: string }>;
    readonly reply: Schema<{ ok: boolean }>;
  };
};

const events: Events = {
  say: { data: z.object({ text: z.string() }) },
  shout: { data: z.object({ text: z.string() }) },
  typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
  rename: { data: z.object({ title: z.string() }), reply: z.object({ ok: z.boolean() }) },
};

/** What tests change of the usual chat. */
export type Changes = Partial<Omit<ChatDefinition<Events, User>, "events">>;

/** No limit on frames, for tests that send many. */
export const unlimited: Pick<Limits, "connectionRate" | "userRate"> = {
  connectionRate: { perSecond: Infinity, burst: Infinity },
  userRate: { perSecond: Infinity, burst: Infinity },
};

/** A chat where a token is a user id, and nobody is forbidden anything. */
export function createChat(changes: Changes = {}): Chat<Events, User> {
  const { on, ...rest } = changes;
  return defineChat<Events, User>({
    events,
    authenticate: ({ token = "" }) => ({ userId: token, name: token.toUpperCase() }),
    on: { rename: ({ data }) => ({ ok: data.title !== "" }), ...on },
    ...rest,
  });
}

/** The same chat, for guests. */
export function createGuestChat(changes: Omit<Changes, "authenticate"> = {}): Chat<Events> {
  const { on, ...rest } = changes;
  return defineChat<Events, User>({
    events,
    on: { rename: ({ data }) => ({ ok: data.title !== "" }), ...on },
    ...rest,
  });
}

/** A publish of what somebody says. */
export function say(
  room: string,
  text: string,
  mid: string,
  position: { epoch: string; after: number } | undefined = undefined,
): object {
  return { type: "publish", room, event: "say", data: { text }, mid, ...position };
}
