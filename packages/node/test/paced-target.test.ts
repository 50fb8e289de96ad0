import { Buffer } from "node:buffer";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { createPacedTarget } from "../src/paced-target.ts";
import type { SocketTarget } from "../src/socket-target.ts";
import { encodeTexts } from "../src/text-frames.ts";

const TRAFFIC = { messagesPerSecond: 10, bytesPerSecond: 10_000, maxMessageBytes: 20_000 };
const PLENTY = 1024 * 1024;

function createRig(coalesces = true) {
  const clock = createVirtualClock();
  const left: { at: number; text: string; bytes: number }[] = [];
  const closes: { at: number; code: number }[] = [];
  const startedAt = clock.now();
  const at = () => clock.now() - startedAt;
  const inner: SocketTarget = {
    write({ texts: [text = ""] }) {
      left.push({ at: at(), text, bytes: Buffer.byteLength(text) });
      return true;
    },
    buffered: () => 0,
    close: (code) => void closes.push({ at: at(), code }),
    open() {},
  };
  const target = createPacedTarget(inner, { traffic: TRAFFIC, clock, coalesces });
  const write = (...texts: string[]) =>
    target.write({ texts, bytes: encodeTexts(texts, coalesces) }, PLENTY);
  return { clock, left, closes, target, write, at };
}

describe("createPacedTarget", () => {
  it("lets a single message leave at once", () => {
    const { left, write } = createRig();
    expect(write('{"n":1}')).toBe(true);
    expect(left).toMatchObject([{ at: 0, text: '{"n":1}' }]);
  });

  it("lets what waits leave as one message, in order", async () => {
    const { clock, left, write } = createRig();
    write('{"n":1}');
    write('{"n":2}');
    write('[{"n":3},{"n":4}]');
    await clock.advance(200);
    expect(left).toMatchObject([
      { at: 0, text: '{"n":1}' },
      { at: 105, text: '[{"n":2},{"n":3},{"n":4}]' },
    ]);
  });

  it("keeps both rates in every stretch of a second, and loses nothing", async () => {
    const { clock, left, write, at } = createRig();
    const sent: number[] = [];
    while (at() < 10_000) {
      sent.push(sent.length);
      write(JSON.stringify({ n: sent.length - 1, x: "x".repeat((at() * 7) % 300) }));
      await clock.advance(20);
    }
    await clock.runAll();
    expect(left.flatMap(({ text }) => [JSON.parse(text)].flat()).map(({ n }) => n)).toEqual(sent);
    for (const { at: from } of left) {
      const second = left.filter((entry) => entry.at >= from && entry.at <= from + 1000);
      expect(second.length).toBeLessThanOrEqual(10);
      expect(second.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(10_000);
    }
    expect(left.length).toBeGreaterThan(80);
  });

  it("lets a message of more than a second's bytes leave alone", async () => {
    const { clock, left, write } = createRig();
    write('"small"');
    write(`"${"x".repeat(15_000)}"`);
    write('"last"');
    await clock.runAll();
    expect(left.map(({ at, bytes }) => [at, bytes])).toEqual([
      [0, 7],
      [1050, 15_002],
      [2100, 6],
    ]);
  });

  it("takes no more than it may hold", () => {
    const { target, write } = createRig();
    write('{"n":1}');
    const texts = ['"waits"', `"${"x".repeat(500)}"`];
    expect(target.write({ texts, bytes: encodeTexts(texts, true) }, 400)).toBe(true);
    expect(target.buffered()).toBe(509);
    expect(target.write({ texts: ["1"], bytes: encodeTexts(["1"], true) }, 400)).toBe(false);
  });

  it("sends plain texts one by one, and refuses what would leave after ten seconds", async () => {
    const { clock, left, write } = createRig(false);
    for (let n = 0; n < 101; n++) expect(write(`text ${n}`)).toBe(true);
    expect(write("one too many")).toBe(false);
    await clock.runAll();
    expect(left.map(({ text }) => text)).toEqual(
      Array.from({ length: 101 }, (_, n) => `text ${n}`),
    );
    expect(left.at(-1)?.at).toBe(10_500);
  });

  it("closes when the last words have left, and after a second at most", async () => {
    const { clock, closes, left, target, write } = createRig();
    write("1");
    write("2");
    target.close(1000, "bye");
    write("too late");
    await clock.runAll();
    expect(left.map(({ text }) => text)).toEqual(["1", "2"]);
    expect(closes).toEqual([{ at: 105, code: 1000 }]);

    const plain = createRig(false);
    for (let n = 0; n < 50; n++) plain.write(`${n}`);
    plain.target.close(1013, "slow");
    await plain.clock.runAll();
    expect(plain.closes).toMatchObject([{ code: 1013 }]);
    expect(plain.closes[0]?.at).toBeLessThan(1200);
    expect(plain.left).toHaveLength(10);
  });
});
