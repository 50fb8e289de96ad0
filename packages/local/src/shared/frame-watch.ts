import { Buffer } from "node:buffer";

const MAX_HEADER_BYTES = 14;

/**
 * Creates a reader of the WebSocket frames' headers in a byte stream (RFC 6455, section 5.2); `ws`
 * tells the length of a message only, not of the frames that it came in.
 *
 * @param maxBytes How long the payload of a data frame may be.
 * @param onTooLong Called for every longer one, as soon as its header is there.
 * @returns Takes the next bytes of the stream.
 */
export function createFrameWatch(maxBytes: number, onTooLong: () => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(MAX_HEADER_BYTES);
  let have = 0;
  let payloadLeft = 0;

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(payloadLeft, chunk.length - at);
      payloadLeft -= skipped;
      at += skipped;
      if (at === chunk.length) return;
      header[have] = chunk.readUInt8(at);
      have += 1;
      at += 1;
      if (have < headerBytes(header, have)) continue;
      payloadLeft = payloadBytes(header);
      have = 0;
      if (isData(header) && payloadLeft > maxBytes) onTooLong();
    }
  };
}

/** How long the header is; until its second byte is there, two. */
function headerBytes(header: Buffer, have: number): number {
  if (have < 2) return 2;
  const second = header.readUInt8(1);
  const length = second & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadBytes(header: Buffer): number {
  const length = header.readUInt8(1) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  // A length that is no safe integer is too long for everybody.
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}

function isData(header: Buffer): boolean {
  return (header.readUInt8(0) & 0x0f) <= 2;
}
