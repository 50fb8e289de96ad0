import { SqsError } from "./sqs-error.ts";

/** A request's body, or a part of it. */
export type SqsInput = Readonly<Record<string, unknown>>;

/** Reads a string that must be there. */
export function requireText(input: SqsInput, name: string): string {
  const value = input[name];
  if (typeof value === "string" && value !== "") return value;
  throw new SqsError("MissingParameter", `The request must contain the parameter ${name}.`);
}

/** Reads a whole number from `min` to `max`; `fallback` if it is not there. */
export function readWhole(
  input: SqsInput,
  name: string,
  { min, max, fallback }: { min: number; max: number; fallback: number },
): number {
  const value = input[name] ?? fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  const message = `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`;
  throw new SqsError("InvalidParameterValue", message);
}

/** Reads a list of strings; an empty one if it is not there. */
export function readTexts(input: SqsInput, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Reads a record of strings; an empty one if it is not there. */
export function readTextRecord(input: SqsInput, name: string): Record<string, string> {
  const value = input[name];
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** True for an object, which is no array. */
export function isSqsInput(value: unknown): value is SqsInput {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
