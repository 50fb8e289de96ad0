import { NumberValue } from "@aws-sdk/lib-dynamodb";

/**
 * Reads a number of the table. One that JavaScript can't hold stays as it is: no row of ours has it, and
 * the SDK would reject the whole page for it.
 */
export function readNumber(text: string): number | NumberValue {
  const number = Number(text);
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : NumberValue.from(text);
}
