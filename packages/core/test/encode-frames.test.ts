import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../../testing/src/index.ts";
import { encodeFrame, encodeFrames, joinMessages } from "../src/encode-frames.ts";
import type { ServerFrame } from "../src/index.ts";
import { utf8Length } from "../src/utf8-length.ts";

const frame = (text: string): ServerFrame => ({ type: "ack", room: text });

describe("joinMessages", () => {
  it("joins frames and arrays of frames, in order", () => {
    const one = encodeFrame(frame("a"));
    const two = `[${encodeFrame(frame("b"))},${encodeFrame(frame("c"))}]`;
    expect(joinMessages([])).toBeUndefined();
    expect(joinMessages([one])).toBe(one);
    expect(JSON.parse(String(joinMessages([one, two, one])))).toEqual(
      ["a", "b", "c", "a"].map(frame),
    );
  });
});

describe("encodeFrames", () => {
  it("sends one frame as an object, several as an array", () => {
    expect(encodeFrames([], 1000)).toEqual([]);
    expect(encodeFrames([frame("a")], 1000)).toEqual([encodeFrame(frame("a"))]);
    expect(encodeFrames([frame("a"), frame("b")], 1000).map((text) => JSON.parse(text))).toEqual([
      [frame("a"), frame("b")],
    ]);
  });

  it("fills a message up to the last byte", () => {
    const frames = ["a", "é", "c"].map(frame);
    const together = utf8Length(JSON.stringify(frames));
    expect(encodeFrames(frames, together)).toHaveLength(1);
    expect(encodeFrames(frames, together - 1)).toEqual([
      `[${encodeFrame(frame("a"))},${encodeFrame(frame("é"))}]`,
      encodeFrame(frame("c")),
    ]);
    const last = frames.slice(1).concat(frame("d"));
    expect(encodeFrames([frame("x".repeat(999)), ...last], together)).toHaveLength(2);
  });

  it("keeps every frame in order and every message within its bytes", () => {
    const random = createSeededRandom(5);
    for (let run = 0; run < 500; run++) {
      const maxBytes = 64 + Math.floor(random() * 200);
      const frames = Array.from({ length: 1 + Math.floor(random() * 8) }, () =>
        frame("é".repeat(Math.floor(random() * 40))),
      );
      const messages = encodeFrames(frames, maxBytes);
      expect(messages.flatMap((text) => JSON.parse(text))).toEqual(frames);
      for (const message of messages) {
        const alone = !message.startsWith("[");
        if (!alone) expect(utf8Length(message)).toBeLessThanOrEqual(maxBytes);
      }
    }
  });
});
