import type { Message } from "./generate-message.ts";

const MAX_FRAMES = 32; // What has more is refused as a whole: see `limits.maxFrames`.
const decoder = new TextDecoder();

/** How many frames of a message are handled one after the other: one if it isn't an array, or is refused. */
export function countFrames(message: Message): number {
  try {
    const text = typeof message === "string" ? message : decoder.decode(message);
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length > MAX_FRAMES) return 1;
    return Math.max(1, value.filter((one) => typeof one === "object" && one !== null).length);
  } catch {
    return 1;
  }
}
