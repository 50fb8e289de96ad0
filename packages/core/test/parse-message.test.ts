import { describe, expect, it } from "vitest";
import { resolveLimits } from "../src/limits.ts";
import { parseMessage } from "../src/parse-message.ts";

const limits = resolveLimits({ maxBytes: 20_000, maxFrames: 3 });
const code = (text: string | Uint8Array) => {
  const parsed = parseMessage(text, limits);
  return "code" in parsed ? parsed.code : "ok";
};
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

describe("parseMessage", () => {
  it("reads one frame or an array of frames", () => {
    expect(parseMessage('{"type":"ping"}', limits)).toEqual({ values: [{ type: "ping" }] });
    expect(parseMessage('[{"a":1},2]', limits)).toEqual({ values: [{ a: 1 }, 2] });
  });

  it("refuses what is not JSON, or nothing, or too many", () => {
    for (const text of ["", " ", "{", "[", "hi", "{'a':1}", "[1,]", "\ud800", "NaN", "[]"]) {
      expect(code(text)).toBe("bad_frame");
    }
    expect(code("[1,2,3]")).toBe("ok");
    expect(code("[1,2,3,4]")).toBe("bad_frame");
    expect(code(new Uint8Array([123, 125]))).toBe("bad_frame");
  });

  it("reads what is deep, however deep: which frame of it is wrong is told with its `mid`", () => {
    expect(code(nested(9_999))).toBe("ok");
  });

  it("counts bytes, not characters", () => {
    expect(code(`"${"漢".repeat(6666)}"`)).toBe("ok");
    expect(code(`"${"漢".repeat(6667)}"`)).toBe("too_large");
    expect(code("x".repeat(2_000_000))).toBe("too_large");
  });
});
