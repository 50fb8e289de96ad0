import type { Buffer } from "node:buffer";

/** Reads unmasked, unfragmented WebSocket text messages, as a client would (RFC 6455, section 5.2). */
export function decodeFrames(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x81) throw new Error(`no text frame at ${at}`);
    let length = bytes.readUInt8(at + 1);
    at += 2;
    if (length === 126) {
      length = bytes.readUInt16BE(at);
      at += 2;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    texts.push(bytes.subarray(at, at + length).toString());
    at += length;
  }
  return texts;
}
