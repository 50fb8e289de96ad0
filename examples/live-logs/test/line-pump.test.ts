import { UnavailableError } from "@hubbub/core";
import { createTestBed } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { hostileStrings } from "../../chat/test/hostile-strings.ts";
import { chat, type Line, roomOf } from "../chat.ts";
import { detectLevel } from "../detect-level.ts";
import { createLinePump } from "../line-pump.ts";
import { createLineSplitter, MAX_ROW_UNITS } from "../line-splitter.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const clock = { now: () => Date.UTC(2026, 0), sleep: () => new Promise<void>(() => {}) };

describe("createLinePump", () => {
  it("loses none of 100,000 lines, keeps their order and the batches' bounds", {
    timeout: 60_000,
  }, async () => {
    const bed = createTestBed(chat);
    const read: string[] = [];
    const numbers: number[] = [];
    const room = roomOf("app");
    const pump = createLinePump({
      clock,
      id: "run",
      async publish(lines, mid) {
        expect(lines.length).toBeLessThanOrEqual(200);
        expect(Buffer.byteLength(JSON.stringify({ lines }))).toBeLessThanOrEqual(16_384);
        const { seq } = await bed.hub.publish(room, "lines", { lines }, { mid });
        const { messages } = await bed.hub.history(room, { after: seq - 1, limit: 1 });
        const data = messages[0]?.data as { lines: Line[] };
        for (const { n, text } of data.lines) {
          numbers.push(n);
          read.push(text);
        }
      },
    });
    const lines = Array.from(
      { length: 100_000 },
      (_, index) => `INFO line ${index} ${"x".repeat(index % 90)}`,
    );
    const bytes = encode(lines.map((line) => `${line}\n`).join(""));
    for (let at = 0; at < bytes.length; at += 65_536)
      await pump.write(bytes.subarray(at, at + 65_536));
    await pump.end();
    expect(read).toEqual(lines);
    expect(numbers).toEqual(lines.map((_, index) => index + 1));
  });

  it("holds its input back while a batch is on its way", async () => {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    const pump = createLinePump({ clock, id: "run", maxBatchLines: 1, publish: () => promise });
    let ready = false;
    const written = pump.write(encode("a\nb\n")).then(() => {
      ready = true;
    });
    await new Promise(setImmediate);
    expect(ready).toBe(false);
    resolve();
    await written;
  });

  it("repeats a batch with the same mid while the backend can't take it, and ends with a refusal", async () => {
    const tries: string[] = [];
    const now = { now: () => 0, sleep: async () => {} };
    const pump = createLinePump({
      clock: now,
      id: "run",
      async publish(lines, mid) {
        tries.push(`${mid} ${lines[0]?.text}`);
        if (tries.length < 3) throw new UnavailableError("not now");
        if (mid === "run-2") throw new TypeError("no");
      },
    });
    await pump.write(encode("a\n"));
    await pump.end();
    expect(tries).toEqual(["run-1 a", "run-1 a", "run-1 a"]);
    await expect(pump.write(encode("b\n")).then(pump.end)).rejects.toThrow(TypeError);
  });

  it("flushes a row that waits, and gives a trace its error's level", async () => {
    let wake = () => {};
    const got: Line[] = [];
    const pump = createLinePump({
      clock: {
        now: () => 5,
        sleep: () =>
          new Promise((resolve) => {
            wake = resolve;
          }),
      },
      id: "run",
      last: 7,
      publish: async (lines) => void got.push(...lines),
    });
    await pump.write(encode("ERROR no\n    at x.ts:1\nplain\n"));
    expect(got).toEqual([]);
    wake();
    await new Promise(setImmediate);
    expect(got.map(({ n, level }) => `${n} ${level}`)).toEqual(["8 error", "9 error", "10 none"]);
  });
});

describe("createLineSplitter", () => {
  const rows = (...chunks: Uint8Array[]) => {
    const splitter = createLineSplitter();
    return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  };

  it("takes colours away, makes control characters visible, and lets bad UTF-8 be", () => {
    const text = "\u001b[31mred\u001b[0m\u0008\tx\r\n";
    expect(rows(encode(text))).toEqual([{ text: "red\u2408\tx", more: false }]);
    expect(rows(Uint8Array.of(0x61, 0xff, 0xc3))[0]?.text).toBe("a\uFFFD\uFFFD");
    const euro = encode("€\n");
    expect(rows(euro.subarray(0, 1), euro.subarray(1))[0]?.text).toBe("€");
  });

  it("cuts a long line into parts, never a character or a colour, and loses nothing", () => {
    const text = `${"a".repeat(MAX_ROW_UNITS - 1)}😀${"b".repeat(MAX_ROW_UNITS - 4)}\u001b[1mc`;
    const parts = rows(encode(text));
    expect(parts.map(({ more }) => more)).toEqual([true, true, false]);
    expect(parts.map((part) => part.text).join("")).toBe(text.replace("\u001b[1m", ""));
    for (const part of parts) expect(part.text).not.toMatch(/\p{Cs}/u);
  });

  it("lets no hostile line break a batch", () => {
    for (const { text } of rows(encode(hostileStrings.join("\n")))) {
      expect(text).not.toMatch(/(?!\t)\p{Cc}/u);
    }
  });
});

describe("detectLevel", () => {
  it.each([
    ["2026-01-01 ERROR it broke", "error"],
    ["[warn] careful", "warn"],
    ["info: started", "info"],
    ['level=debug msg="x"', "debug"],
    ['{"level":50,"msg":"x"}', "error"],
    ['{"level":"warning"}', "warn"],
    ['{"level":20}', "debug"],
    ["<11>Jan 1 host app: x", "error"],
    ["<14>Jan 1 host app: x", "info"],
    ["there was no error here", "none"],
    ['{"level":', "none"],
    ["", "none"],
  ] as const)("%s is %s", (text, level) => expect(detectLevel(text)).toBe(level));
});
