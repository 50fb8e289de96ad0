import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

const MAX_CHARS = 1024; // Two values have 143; more are nobody's.
const VALUE = /^sha256=[0-9a-f]{64}$/;

/**
 * Creates the check of `ce-signature`: one value for each access key of the resource, each the
 * HMAC-SHA256 of the connection id, in lower-case hexadecimal digits.
 *
 * It covers the connection id alone. It does not prove that the body, the user, the id and the time of
 * an event are the service's.
 *
 * @param keys The access keys, as they stand: not decoded.
 */
export function createSignatureCheck(
  keys: readonly string[],
): (connectionId: string, signature: string | null) => boolean {
  const secrets = keys.map((key) => createSecretKey(key, "utf8"));
  return (connectionId, signature) => {
    if (signature === null || signature.length > MAX_CHARS) return false;
    const given = signature.split(",").map((value) => value.trim());
    const values = given.filter((value) => VALUE.test(value)).map((value) => Buffer.from(value));
    if (values.length === 0) return false;
    let isGood = false;
    for (const secret of secrets) {
      const digest = createHmac("sha256", secret).update(connectionId).digest("hex");
      const expected = Buffer.from(`sha256=${digest}`);
      // All are compared, so that the time does not tell which one it was.
      for (const value of values) isGood = timingSafeEqual(value, expected) || isGood;
    }
    return isGood;
  };
}
