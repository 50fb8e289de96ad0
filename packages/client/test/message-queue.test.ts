import { describe, expect, it } from "vitest";
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
});
