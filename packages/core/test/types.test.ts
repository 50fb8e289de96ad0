import { expectTypeOf, it } from "vitest";
import { z } from "zod";
import { defineChat, type LoggedEvent } from "../src/index.ts";

it("carries the types of events and users to hooks", () => {
  const chat = defineChat({
    events: {
      say: { data: z.object({ text: z.string().transform((text) => text.length) }) },
      typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
      rename: { data: z.object({ title: z.string() }), reply: z.object({ ok: z.boolean() }) },
    },
    async authenticate({ token }) {
      expectTypeOf(token).toEqualTypeOf<string | undefined>();
      return { userId: "ada", name: "Ada", admin: true };
    },
    authorize: ({ user, action }) => user.admin && action !== "publish",
    on: {
      say: ({ data, user, hub }) => {
        expectTypeOf(data).toEqualTypeOf<{ text: number }>();
        expectTypeOf(user.admin).toEqualTypeOf<boolean>();
        expectTypeOf(hub.publish<"say">)
          .parameter(2)
          .toEqualTypeOf<{ text: string }>();
        // @ts-expect-error: a signal is not published.
        hub.publish("lobby", "typing", { on: true }).catch(() => {});
      },
      rename: async ({ data }) => ({ ok: data.title !== "" }),
    },
    joined: ({ user }) => user.admin,
    left: ({ why }) => why === "gone",
  });
  type Events = NonNullable<(typeof chat)["~types"]>["events"];
  expectTypeOf<LoggedEvent<Events>>().toEqualTypeOf<"say">();
});

it("takes handlers that return nothing, data, or a promise", () => {
  const events = { say: { data: z.object({ text: z.string() }) } } as const;
  defineChat({ events, on: { say: () => {} } });
  defineChat({ events, on: { say: async () => {} } });
  defineChat({ events, on: { say: ({ data }) => data } });
  defineChat({ events, on: { say: async ({ data }) => ({ text: data.text }) } });
  defineChat({ events, on: { say: () => undefined } });
  // @ts-expect-error: a handler's data are of the schema's type.
  defineChat({ events, on: { say: () => ({ text: 1 }) } });
});
