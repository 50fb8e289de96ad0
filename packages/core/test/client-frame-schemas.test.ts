import { describe, expect, it } from "vitest";
import { shapeClientFrame } from "../src/client-frame-schemas.ts";

const x = (count: number) => "x".repeat(count);
const MAX = Number.MAX_SAFE_INTEGER;
const mid = "m1";
const room = "lobby";
const event = "say";
const epoch = "e";

/** What a frame of each type must have, and the values that each of its fields may and may not have. */
const frames: Record<string, [object, Record<string, [unknown[], unknown[]]>]> = {
  hello: [
    {},
    {
      token: [
        ["", x(8192), undefined],
        [x(8193), 1, null],
      ],
      session: [
        [x(16), x(64), "_-azAZ09_-azAZ09"],
        [x(15), x(65), `${x(16)}!`, `!${x(16)}`, ""],
      ],
    },
  ],
  join: [
    { room },
    {
      id: [
        ["1", x(64), "\n"],
        ["", x(65), 1, null],
      ],
      room: [
        ["", x(5000)],
        [undefined, 1, null],
      ],
      epoch: [
        ["e", x(64)],
        ["", x(65), 1],
      ],
      seq: [
        [0, 1, MAX],
        [-1, 0.5, MAX + 1, "1", null, Number.NaN],
      ],
      last: [
        [0, 100],
        [-1, 101, 0.5, "1"],
      ],
    },
  ],
  leave: [{ room }, { id: [[x(64)], ["", x(65)]], room: [[""], [undefined, {}]] }],
  publish: [
    { room, event, mid },
    {
      room: [
        ["", x(129)],
        [undefined, []],
      ],
      event: [
        ["say", x(64)],
        ["", x(65), undefined, 1],
      ],
      data: [[undefined, null, 0, "", {}, []], []],
      mid: [
        ["m", x(64), "_-aZ09"],
        ["", x(65), "a b", "ä", "a\n", undefined, 1],
      ],
      epoch: [
        ["e", x(64), undefined],
        ["", x(65), 1],
      ],
      after: [
        [0, MAX, undefined],
        [-1, 0.5, MAX + 1, "1"],
      ],
    },
  ],
  signal: [
    { room, event },
    {
      id: [[x(64)], ["", x(65)]],
      room: [[""], [undefined]],
      event: [[x(64)], ["", x(65), undefined]],
      data: [[undefined, null, { a: 1 }], []],
    },
  ],
  history: [
    { room },
    {
      id: [[x(64)], ["", x(65)]],
      room: [[""], [undefined]],
      epoch: [[x(64)], ["", x(65)]],
      after: [
        [0, MAX],
        [-1, 0.5],
      ],
      before: [
        [0, MAX],
        [-1, 0.5],
      ],
      limit: [
        [0, 256],
        [-1, 257, 0.5],
      ],
    },
  ],
  who: [{ room }, { id: [[x(64)], ["", x(65)]], room: [[""], [undefined]] }],
  ping: [
    {},
    {
      id: [[x(64)], ["", x(65)]],
      rooms: [
        [
          [],
          [{ room, epoch, seq: 0 }],
          [{ room: "", epoch: x(64), seq: MAX, presence: "" }],
          [{ room, epoch, seq: 1, presence: x(64) }],
        ],
        [
          null,
          {},
          [1],
          [{ epoch, seq: 0 }],
          [{ room, seq: 0 }],
          [{ room, epoch }],
          [{ room, epoch: "", seq: 0 }],
          [{ room, epoch, seq: -1 }],
          [{ room, epoch, seq: 0, presence: x(65) }],
          [{ room, epoch, seq: 0 }, {}],
        ],
      ],
    },
  ],
};

const cases = Object.entries(frames).flatMap(([type, [least, fields]]) =>
  Object.entries(fields).map(([field, [good, bad]]) => ({ type, field, least, good, bad })),
);

describe("shapeClientFrame", () => {
  it.each(cases)("checks the field $field of $type", ({ type, field, least, good, bad }) => {
    for (const value of good) {
      const frame = { type, ...least, [field]: value };
      expect(shapeClientFrame(frame)).toEqual({ frame });
    }
    for (const value of bad) {
      const shaped = shapeClientFrame({ type, ...least, [field]: value });
      expect(shaped).toMatchObject({ code: "bad_frame" });
    }
  });

  it.each(Object.entries(frames))("drops from %s what it does not know", (type, [least]) => {
    const frame = { type, ...least };
    expect(shapeClientFrame({ ...frame, color: "red" })).toEqual({ frame });
  });

  it.each([null, undefined, 1, "ping", [], {}, { type: 1 }, () => "ping"])(
    "finds no frame in %j",
    (value) => {
      expect(shapeClientFrame(value)).toMatchObject({ code: "bad_frame" });
    },
  );

  it.each(["dance", "", "constructor", "__proto__", "welcome"])("knows no type %j", (type) => {
    expect(shapeClientFrame({ type })).toMatchObject({ code: "unknown_frame" });
  });

  it("quotes of an unknown type at most 32 characters", () => {
    const message = (type: string) => {
      const shaped = shapeClientFrame({ type });
      return "message" in shaped ? shaped.message : "";
    };
    expect(message(x(32))).toContain(`"${x(32)}"`);
    expect(message(x(33))).toContain(`"${x(32)}…"`);
  });

  it("names the field that is wrong", () => {
    const shaped = shapeClientFrame({ type: "join", room, last: 101 });
    expect("message" in shaped && shaped.message).toContain("`last`");
  });
});
