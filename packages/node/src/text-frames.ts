import { Buffer } from "node:buffer";
import { joinMessages } from "@hubbub/core";

/** A coalesced message is cut here, so that a burst does not become one giant message. */
const MAX_MESSAGE_CHARS = 64 * 1024;

const FINAL_TEXT = 0x81; // RFC 6455, section 5.2: FIN set, opcode 1. A server does not mask.

/**
 * Encodes one unfragmented WebSocket text message, header included, as a server sends it.
 *
 * @param text The message.
 * @returns The bytes for the wire.
 */
export function encodeTextFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT;
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  frame.write(text, header);
  return frame;
}

/**
 * Encodes what waits for one connection.
 *
 * @param texts The messages, oldest first; for `hubbub.v1` each is a JSON object or array.
 * @param coalesces True for `hubbub.v1`: the frames leave as one JSON array. False: each text is a message.
 * @returns The bytes for the wire, to be written at once.
 */
export function encodeTexts(texts: readonly string[], coalesces: boolean): Buffer {
  const messages = coalesces ? coalesce(texts) : texts;
  const only = messages.length === 1 ? messages[0] : undefined;
  return only === undefined ? Buffer.concat(messages.map(encodeTextFrame)) : encodeTextFrame(only);
}

/** Joins frames to as few messages as their length allows. */
function coalesce(texts: readonly string[]): readonly string[] {
  if (texts.length === 1) return texts;
  const messages: string[] = [];
  let waiting: string[] = [];
  let chars = 0;
  for (const text of texts) {
    if (chars > 0 && chars + text.length > MAX_MESSAGE_CHARS) {
      messages.push(joinMessages(waiting) ?? "");
      waiting = [];
      chars = 0;
    }
    waiting.push(text);
    chars += text.length;
  }
  messages.push(joinMessages(waiting) ?? "");
  return messages;
}
