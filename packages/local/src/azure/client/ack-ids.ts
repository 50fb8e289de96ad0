/** The id of a frame that is to be acknowledged: 64 bits, which a number may not hold. */
export type AckIdValue = number | bigint;

const MAX_ACK_ID = 2n ** 64n - 1n;

/** True for what can be an ackId. */
export function isAckId(value: unknown): value is AckIdValue {
  if (typeof value === "bigint") return value <= MAX_ACK_ID;
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/**
 * Gives an ackId its digits back, if it was too long for a number.
 *
 * @param text The frame.
 * @param value What was read of it.
 */
export function exactAckId(text: string, value: unknown): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const digits = [...text.matchAll(/"ackId"\s*:\s*(\d{16,20})(?![\d.eE])/g)].map(
    ([, found = ""]) => found,
  );
  const exact = digits.find((one) => Number(one) === value);
  return exact === undefined ? value : BigInt(exact);
}
