import { check } from "./check-options.ts";

/** A delay in milliseconds, or the least and the most of it. */
export type DelayRange = number | readonly [minMs: number, maxMs: number];

/** Draws a delay, in milliseconds. */
export function drawDelay(range: DelayRange, random: () => number): number {
  if (typeof range === "number") return range;
  const [minMs, maxMs] = range;
  return minMs + random() * (maxMs - minMs);
}

/** Refuses what is no delay: negative, not finite, or with the most below the least. */
export function checkDelay(name: string, range: unknown): void {
  const [min, max] = Array.isArray(range) ? range : [range, range];
  const valid = Number.isFinite(min) && Number.isFinite(max) && min >= 0 && max >= min;
  check(valid, `${name} must be milliseconds or [least, most] of them`);
}
