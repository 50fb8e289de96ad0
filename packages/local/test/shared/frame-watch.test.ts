import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameWatch } from "../../src/shared/frame-watch.ts";

interface Frame {
  opcode: number;
  bytes: number;
  masked: boolean;
  /** How the length is written: in the second byte if it fits, in 2 bytes, or in 8. */
  wide: boolean;
}

/** Encodes a frame (RFC 6455, section 5.2) whose payload looks like headers of long frames. */
function encode({ opcode, bytes, masked, wide }: Frame): Buffer {
  const mask = masked ? 0x80 : 0;
  const payload = Buffer.alloc(bytes, 0xff);
  const key = Buffer.alloc(masked ? 4 : 0, 0xff);
  const short = !wide && bytes < 126;
  const middle = !wide && !short && bytes < 65_536;
  const length = Buffer.alloc(short ? 0 : middle ? 2 : 8);
  if (middle) length.writeUInt16BE(bytes);
  else if (!short) length.writeBigUInt64BE(BigInt(bytes));
  const second = mask | (short ? bytes : middle ? 126 : 127);
  return Buffer.concat([Buffer.from([0x80 | opcode, second]), length, key, payload]);
}

const frames = fc.array(
  fc.record({
    opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
    bytes: fc.oneof(fc.nat(200), fc.constantFrom(125, 126, 299, 300, 301, 65_535, 65_536)),
    masked: fc.boolean(),
    wide: fc.boolean(),
  }),
  { maxLength: 6 },
);

describe("createFrameWatch", () => {
  it("finds the data frames that are too long, however the bytes are cut", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 });
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        let found = 0;
        const watch = createFrameWatch(300, () => found++);
        const stream = Buffer.concat(sent.map(encode));
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + (sizes[turn % sizes.length] ?? 1);
          watch(stream.subarray(at, end));
          at = end;
        }
        expect(found).toBe(sent.filter(({ opcode, bytes }) => opcode <= 2 && bytes > 300).length);
      }),
    );
  });

  it("tells as soon as the header is there", () => {
    let found = 0;
    const watch = createFrameWatch(300, () => found++);
    const frame = encode({ opcode: 1, bytes: 301, masked: true, wide: false });
    watch(frame.subarray(0, 7));
    expect(found).toBe(0);
    watch(frame.subarray(7, 8));
    expect(found).toBe(1);
  });
});
