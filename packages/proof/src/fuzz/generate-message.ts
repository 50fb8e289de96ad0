import type { Dice } from "./dice.ts";
import { hostileText } from "./hostile-texts.ts";
import { type Fields, fieldsOf, mutateFrame, textOf } from "./mutate-frame.ts";
import { decodeLeniently, mutateBytes, mutateText } from "./mutate-text.ts";

/** What a WebSocket brings. */
export type Message = string | Uint8Array;

/** Makes a good frame of any type, for the present state of things. */
export type FrameSource = (dice: Dice) => Readonly<Record<string, unknown>>;

const MAX_CHARS = 33_000; // A little over what is let in, so that the limit itself is met as well.

/**
 * Makes a message: good frames, changed in their structure, their characters or their bytes, or not at all.
 *
 * @param source Where good frames come from.
 * @param dice The choices.
 */
export function generateMessage(source: FrameSource, dice: Dice): Message {
  const text = generateText(source, dice).slice(0, MAX_CHARS);
  const kind = dice.random();
  if (kind < 0.7) return text;
  if (kind < 0.9) return mutateText(text, dice);
  const bytes = mutateBytes(text, dice);
  return dice.chance(0.8) ? decodeLeniently(bytes) : bytes;
}

function generateText(source: FrameSource, dice: Dice): string {
  const kind = dice.random();
  if (kind < 0.87) return textOf(generateFrame(source, dice));
  if (kind < 0.97) return `[${frames(source, dice, 1 + dice.int(4)).join()}]`;
  if (kind < 0.98) return `[${frames(source, dice, 1 + dice.int(40)).join()}]`;
  return hostileText(dice.pick, dice.random);
}

function frames(source: FrameSource, dice: Dice, count: number): string[] {
  return Array.from({ length: count }, () => textOf(generateFrame(source, dice)));
}

function generateFrame(source: FrameSource, dice: Dice): Fields {
  const frame = fieldsOf(source(dice));
  // Good ones in between bring the receiver into states that bad ones alone never reach.
  if (dice.chance(0.2)) return frame;
  return mutateFrame(frame, fieldsOf(source(dice)), dice);
}
