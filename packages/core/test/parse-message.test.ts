import { describe, expect, it } from "vitest";
import { resolveLimits } from "../src/limits.ts";
import { parseMessage } from "../src/parse-message.ts";

const limits = resolveLimits({ maxBytes: 20_000, maxDepth: 6, maxFrames: 3 });
const code = (text: string | Uint8Array) => {
  const parsed = parseMessage(text, limits);
  return "code" in parsed ? parsed.code : "ok";
};
const nestedObjects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
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

  it("counts the depth of brackets, outside of strings only", () => {
    expect(code(nested(6))).toBe("ok");
    expect(code(nested(7))).toBe("bad_frame");
    expect(code(nested(9_999))).toBe("bad_frame");
    expect(code(nestedObjects(6))).toBe("ok");
    expect(code(nestedObjects(7))).toBe("bad_frame");
    expect(code(JSON.stringify("[".repeat(5000)))).toBe("ok");
    expect(code(JSON.stringify(`"${"{".repeat(500)}`))).toBe("ok");
    expect(code(JSON.stringify(`"\\"${"{".repeat(500)}\\`))).toBe("ok");
    expect(code(`["\\\\",${nested(5)}]`)).toBe("ok");
    expect(code(`["\\\\",${nested(6)}]`)).toBe("bad_frame");
    expect(code(`[[${"[],".repeat(100)}[]]]`)).toBe("ok");
  });

  it("refuses a key that is __proto__, however it is written, but not a value", () => {
    for (const key of [
      "__proto__",
      "\\u005f_proto__",
      "__pr\\u006fto__",
      "\\u005F_proto_\\u005f",
    ]) {
      expect(code(`{"a":[{"${key}":{"admin":true}}]}`)).toBe("bad_frame");
    }
    expect(code('{"a":1,"b":{"__proto__":1},"c":1}')).toBe("bad_frame");
    expect(code('{"text":"__proto__"}')).toBe("ok");
    expect(code('{"text":"__proto__","none":null,"list":[null]}')).toBe("ok");
    expect(code('{"proto":1}')).toBe("ok");
  });

  it("counts bytes, not characters", () => {
    expect(code(`"${"漢".repeat(6666)}"`)).toBe("ok");
    expect(code(`"${"漢".repeat(6667)}"`)).toBe("too_large");
    expect(code("x".repeat(2_000_000))).toBe("too_large");
  });
});
