import { InvalidArgumentError } from "./errors.ts";

/**
 * Refuses options that are not known, so that a typing error does not pass silently.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkKnown(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new InvalidArgumentError(`${where}: options must be an object`);
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new InvalidArgumentError(
        `${where}: ${key} is not an option; known: ${known.join(", ")}`,
      );
    }
  }
}

/**
 * Refuses a number that is not in range.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function checkNumber(
  name: string,
  value: unknown,
  range: { min: number; integer?: boolean; infinite?: boolean },
): void {
  const { min, integer = true, infinite = false } = range;
  const valid =
    typeof value === "number" &&
    value >= min &&
    (value === Infinity ? infinite : !integer || Number.isSafeInteger(value));
  if (valid) return;
  const kind = `${integer ? "a whole number" : "a number"} of at least ${min}`;
  throw new InvalidArgumentError(
    `${name} must be ${kind}${infinite ? " or Infinity" : ""}, got ${String(value)}`,
  );
}

/**
 * Refuses what is not a number in range; undefined stands for the default.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkRange(
  name: string,
  value: unknown,
  least: number,
  most: number = Infinity,
): void {
  const isInRange = typeof value === "number" && value >= least && value <= most;
  if (value === undefined || isInRange) return;
  const range = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InvalidArgumentError(`${name} must be a number ${range}, got ${String(value)}`);
}

/**
 * Refuses what is not a function.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new InvalidArgumentError(`${name} must be a function`);
}
