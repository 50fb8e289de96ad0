import { describe, expect, it } from "vitest";
import { parseFrames } from "../src/frames.ts";

const user = { id: "ann" };
const log = { room: "lobby", epoch: "e1", oldest: 1, head: 0 };
const entry = { seq: 1, mid: "m", event: "say", ts: 1 };

/** A frame of each type with the fields that it must have. */
const FRAMES: Record<string, unknown>[] = [
  { type: "welcome", user, heartbeatMs: 1, maxBytes: 1 },
  { type: "joined", ...log },
  { type: "history", ...log },
  { type: "reset", ...log },
  { type: "message", room: "lobby", epoch: "e1", ...entry },
  { type: "ack", room: "lobby" },
  { type: "signal", room: "lobby", event: "typing" },
  { type: "presence", room: "lobby", online: 1, version: "v" },
  { type: "error", code: "internal" },
  { type: "pong", ts: 1 },
  { type: "bye", code: 1012 },
];

const read = (...values: unknown[]) => parseFrames(JSON.stringify(values)) as unknown[];

describe("parseFrames", () => {
  describe.each(FRAMES)("of type $type", (frame) => {
    it("is read", () => {
      expect(parseFrames(JSON.stringify(frame))).toMatchObject([frame]);
    });

    it.each(Object.entries(frame))("is left out without a good %s", (field, value) => {
      const other = typeof value === "string" ? 1 : "1";
      for (const wrong of [undefined, null, true, 1.5, -1, [], {}, other]) {
        const good = { type: "error", code: "internal" };
        expect(read({ ...frame, [field]: wrong }, good), String(wrong)).toMatchObject([good]);
      }
    });
  });

  it("leaves out a welcome whose user has no id", () => {
    const [welcome] = FRAMES;
    for (const wrong of [{ name: "Ann" }, { id: 1 }, "ann"]) {
      expect(read({ ...welcome, user: wrong })).toEqual([]);
    }
  });

  it("takes numbers from 0 up to the largest safe one", () => {
    const pong = (ts: number) => ({ type: "pong", ts });
    expect(read(pong(0), pong(2 ** 53 - 1), pong(2 ** 53))).toMatchObject([
      { ts: 0 },
      { ts: 2 ** 53 - 1 },
    ]);
  });

  it("keeps the good ones of messages, and needs no list of them", () => {
    const wrong = [{ seq: "1" }, { mid: 1 }, { event: null }, { ts: undefined }];
    const messages = [entry, ...wrong.map((one) => ({ ...entry, ...one })), null, "x"];
    expect(read({ type: "history", ...log, messages })).toMatchObject([{ messages: [entry] }]);
    for (const other of [undefined, null, "x", { length: 1 }]) {
      expect(read({ type: "joined", ...log, messages: other })).toMatchObject([{ messages: [] }]);
    }
  });

  it("keeps the good ones of a pong's rooms, and needs no list of them", () => {
    const joined = { room: "a", joined: true, epoch: "e1", head: 0 };
    const out = { room: "b", joined: false };
    const wrong = [
      { room: "c", joined: true },
      { ...joined, epoch: 1 },
      { ...joined, head: -1 },
      { joined: false },
      { room: "d" },
      null,
    ];
    const pong = { type: "pong", ts: 1 };
    expect(read({ ...pong, rooms: [joined, ...wrong, out] })).toMatchObject([
      { rooms: [joined, out] },
    ]);
    expect(read({ ...pong, rooms: { 0: out } })).toMatchObject([{ rooms: [] }]);
  });

  it("takes what only looks like a type for none", () => {
    const types = ["unheard-of", "__proto__", "constructor", "toString", "", null, 7];
    expect(read(...types.map((type) => ({ ...log, ...entry, type, code: "x", ts: 1 })))).toEqual(
      [],
    );
  });

  it("answers nothing to what is no JSON", () => {
    for (const text of ["", "{", "undefined", undefined, new ArrayBuffer(2)]) {
      expect(parseFrames(text)).toEqual([]);
    }
  });
});
