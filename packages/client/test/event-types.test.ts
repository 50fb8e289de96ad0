import { describe, expectTypeOf, it } from "vitest";
import type { Client, Message, PublishAck, Room } from "../src/index.ts";
import { createClient } from "../src/index.ts";

interface Schema<I, O> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: O };
    readonly types?: { readonly input: I; readonly output: O } | undefined;
  };
}

interface Events {
  say: { data: Schema<{ text: string; at?: string }, { text: string; at: Date }> };
  typing: { data: Schema<{ on: boolean }, { on: boolean }>; ephemeral: true };
  rename: {
    data: Schema<{ title: string }, { title: string }>;
    reply: Schema<unknown, { ok: boolean }>;
  };
  note: { data: Schema<number, number> };
}

interface Chat {
  readonly "~types"?: { readonly events: Events; readonly user: { userId: string } };
  readonly anything: number;
}

type TypedRoom = ReturnType<Client<Chat>["join"]>;

describe("the types of a client of a chat", () => {
  it("let publish logged events with their input", () => {
    expectTypeOf<Parameters<TypedRoom["publish"]>[0]>().toEqualTypeOf<"say" | "note">();
    const send = (room: TypedRoom) => room.publish("say", { text: "hi" });
    expectTypeOf(send).returns.toEqualTypeOf<Promise<PublishAck>>();
    // @ts-expect-error text must be a string
    const wrongData = (room: TypedRoom) => room.publish("say", { text: 1 });
    // @ts-expect-error typing is ephemeral
    const wrongEvent = (room: TypedRoom) => room.publish("typing", { on: true });
    expectTypeOf([wrongData, wrongEvent]).toBeArray();
  });

  it("tell messages apart by their event, with the output", () => {
    type Say = Extract<Message<Events>, { event: "say" }>;
    expectTypeOf<Message<Events>["event"]>().toEqualTypeOf<"say" | "note">();
    expectTypeOf<Say["data"]>().toEqualTypeOf<{ text: string; at: Date }>();
  });

  it("let signal ephemeral events, and request those with a reply", () => {
    expectTypeOf<Parameters<TypedRoom["signal"]>[0]>().toEqualTypeOf<"typing">();
    const rename = (room: TypedRoom) => room.request("rename", { title: "x" });
    expectTypeOf(rename).returns.resolves.toEqualTypeOf<{ ok: boolean }>();
    const listen = (room: TypedRoom) =>
      room.on("signal", (signal) => expectTypeOf(signal.data).toEqualTypeOf<{ on: boolean }>());
    expectTypeOf(listen).returns.toEqualTypeOf<() => void>();
  });

  it("allow everything where there is no definition", () => {
    const make = () => createClient({ url: "ws://x" });
    type Untyped = ReturnType<ReturnType<typeof make>["join"]>;
    expectTypeOf<Parameters<Untyped["publish"]>[0]>().toEqualTypeOf<string>();
    expectTypeOf<Parameters<Untyped["publish"]>[1]>().toEqualTypeOf<unknown>();
    expectTypeOf<Message["data"]>().toEqualTypeOf<unknown>();
    expectTypeOf<Untyped>().toEqualTypeOf<Room>();
  });

  it("accept the platform's WebSocket", () => {
    const make = () => createClient<Chat>({ url: "ws://x", WebSocket });
    expectTypeOf(make).returns.toEqualTypeOf<Client<Chat>>();
  });
});
