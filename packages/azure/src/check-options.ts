import { InvalidArgumentError } from "@hubbub/core";
import { checkRange } from "@hubbub/core/adapter";

/** The longest that a timer takes: Node fires a longer one at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Refuses a time-out that no timer takes.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkTimeout(name: string, value: unknown): void {
  checkRange(name, value, 1, MAX_TIMER_MS);
  if (value === undefined || Number.isInteger(value)) return;
  throw new InvalidArgumentError(`${name} must be whole milliseconds, got ${String(value)}`);
}

/**
 * Refuses a list with what is no text, or an empty one: that would match what is not there.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkTexts(name: string, values: unknown): void {
  const isList =
    Array.isArray(values) && values.every((value) => value && typeof value === "string");
  if (isList) return;
  throw new InvalidArgumentError(
    `${name} must have texts that are not empty; is its variable set?`,
  );
}

/**
 * Refuses what lacks a method.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkMethods(name: string, value: unknown, methods: string): void {
  const given = (value ?? {}) as Record<string, unknown>;
  const lacking = methods.split(" ").find((method) => typeof given[method] !== "function");
  if (value === undefined || lacking === undefined) return;
  throw new InvalidArgumentError(`${name} has no method ${lacking}`);
}
