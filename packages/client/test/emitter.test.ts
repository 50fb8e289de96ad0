import { afterEach, describe, expect, it, vi } from "vitest";
import { createEmitter } from "../src/emitter.ts";
import { settle, setUpRoom, texts } from "./setup.ts";

afterEach(() => vi.unstubAllGlobals());

/** Catches what would be an uncaught error. */
function catchUncaught(): unknown[] {
  const caught: unknown[] = [];
  const original = globalThis.queueMicrotask;
  vi.stubGlobal("queueMicrotask", (run: () => void) =>
    original(() => {
      try {
        run();
      } catch (error) {
        caught.push(error);
      }
    }),
  );
  return caught;
}

describe("createEmitter", () => {
  it("calls every listener until it is removed, also the same function twice", () => {
    const emitter = createEmitter<{ a: number }>();
    const heard: number[] = [];
    const listener = (value: number) => heard.push(value);
    const stop = emitter.on("a", listener);
    emitter.on("a", listener);
    emitter.emit("a", 1);
    stop();
    stop();
    emitter.emit("a", 2);
    expect(heard).toEqual([1, 1, 2]);
  });

  it("is not stopped by a listener that throws, and does not hide the error", async () => {
    const caught = catchUncaught();
    const { server, client, room, messages } = await setUpRoom();
    const broken = new Error("broken");
    room.on("message", () => {
      throw broken;
    });
    const after: unknown[] = [];
    room.on("message", ({ seq }) => after.push(seq));
    server.say("lobby", "a");
    server.say("lobby", "b");
    await settle();
    expect(texts(messages)).toEqual(["a", "b"]);
    expect(after).toEqual([1, 2]);
    expect(caught).toEqual([broken, broken]);
    expect(client.state).toBe("open");
  });

  it("lets a listener leave the room that it listens to", async () => {
    const { server, room, messages } = await setUpRoom();
    room.on("message", () => void room.leave());
    const entry = { ...server.say("attic", "a"), room: "lobby" };
    server.last.push({ ...entry, seq: 2, mid: "x" }, { ...entry, seq: 1 }, { ...entry, seq: 3 });
    expect(messages).toHaveLength(1);
  });
});
