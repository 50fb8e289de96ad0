import { describe, expect, it } from "vitest";
import type { Emitter } from "../src/emitter.ts";
import { readMessages } from "../src/message-queue.ts";
import type { RoomEvents } from "../src/room-types.ts";
import { settle, setUpRoom, texts } from "./setup.ts";

describe("for await", () => {
  it("reads every message, and ends when the room is left", async () => {
    const { server, room } = await setUpRoom();
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const message of room) read.push(...texts([message]));
    })();
    await settle();
    server.say("lobby", "a");
    server.say("lobby", "b");
    await settle();
    server.say("lobby", "c");
    await room.leave();
    await reading;
    expect(read).toEqual(["a", "b", "c"]);
  });

  it("stops listening on break, and ends at once in a room that is left", async () => {
    const { server, room } = await setUpRoom();
    const reading = (async () => {
      for await (const message of room) return message.seq;
      return 0;
    })();
    await settle();
    server.say("lobby", "a");
    expect(await reading).toBe(1);
    await room.leave();
    for await (const _message of room) expect.unreachable();
  });

  it("begins with the first read, keeps what comes meanwhile, and ends after it", async () => {
    const { server, room } = await setUpRoom();
    const iterator = room[Symbol.asyncIterator]();
    server.say("lobby", "before");
    const first = iterator.next();
    await settle();
    for (const text of ["a", "b", "c"]) server.say("lobby", text);
    await room.leave();
    const read = [await first, await iterator.next(), await iterator.next(), await iterator.next()];
    expect(read.map(({ value }) => (value ? texts([value]) : value))).toEqual([
      ["a"],
      ["b"],
      ["c"],
      undefined,
    ]);
    expect(read.map(({ done }) => done)).toEqual([false, false, false, true]);
  });

  it("stops listening when it ends", async () => {
    const stopped: string[] = [];
    const events = {
      on: (name: string) => () => stopped.push(name),
      emit: () => {},
    };
    const iterator = readMessages(events as unknown as Emitter<RoomEvents>, false);
    void iterator.next();
    await settle();
    expect(stopped).toEqual([]);
    const ended = readMessages(events as unknown as Emitter<RoomEvents>, true);
    expect(await ended.next()).toEqual({ done: true, value: undefined });
    expect(stopped).toEqual(["message", "left"]);
  });
});
