import type { ServerFrame } from "./server-frames.ts";
import { utf8Length } from "./utf8-length.ts";

/** Writes one frame as a WebSocket message. */
export function encodeFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

/**
 * Joins WebSocket messages of frames, each one frame or an array of frames, into one message.
 * Gateways bill and throttle per message, so what waits for one connection leaves as one.
 *
 * @param messages Encoded messages, in order.
 * @returns One encoded message; undefined if there are none.
 */
export function joinMessages(messages: readonly string[]): string | undefined {
  if (messages.length <= 1) return messages[0];
  let joined = "";
  for (const message of messages) {
    const frames = message.startsWith("[") ? message.slice(1, -1) : message;
    joined += joined ? `,${frames}` : frames;
  }
  return `[${joined}]`;
}

/** Writes frames as few WebSocket messages, each of at most `maxBytes` where its frames allow it. */
export function encodeFrames(frames: readonly ServerFrame[], maxBytes: number): string[] {
  const messages: string[] = [];
  let waiting: string[] = [];
  let bytes = 1; // An array of n frames has n + 1 more bytes than its frames.
  for (const frame of frames) {
    const text = encodeFrame(frame);
    const length = utf8Length(text) + 1;
    if (waiting.length > 0 && bytes + length > maxBytes) {
      messages.push(joinMessages(waiting) as string);
      waiting = [];
      bytes = 1;
    }
    waiting.push(text);
    bytes += length;
  }
  if (waiting.length > 0) messages.push(joinMessages(waiting) as string);
  return messages;
}
