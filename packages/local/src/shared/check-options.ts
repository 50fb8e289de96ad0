import { InvalidArgumentError } from "@hubbub/core";

/** Throws an InvalidArgumentError with `message` unless `valid`. */
export function check(valid: boolean, message: string): void {
  if (!valid) throw new InvalidArgumentError(message);
}

/** Refuses what is no whole number from `min` to `max`. */
export function checkWhole(name: string, value: unknown, min: number, max: number): void {
  const valid = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  check(valid, `${name} must be a whole number from ${min} to ${max}, got ${String(value)}`);
}

/** Refuses what is no function. */
export function checkFunction(name: string, value: unknown): void {
  check(typeof value === "function", `${name} must be a function`);
}

/** Refuses a clock that lacks `now` or `setTimer`. */
export function checkClock(clock: object): void {
  const functions = ["now", "setTimer"].every(
    (name) => typeof Reflect.get(clock, name) === "function",
  );
  check(functions, "clock must have the functions now and setTimer");
}
