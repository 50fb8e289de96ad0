import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import { parseRecord } from "./is-record.ts";

/** What a token says. */
export type TokenClaims = Readonly<Record<string, unknown>>;

/** The claims, or why the token is refused, in words that name no secret. */
export type TokenCheck = { claims: TokenClaims } | { refusal: string };

const HEADER = encodeJson({ alg: "HS256", typ: "JWT" });

/** Signs a JSON Web Token with HS256; the key is the text as it stands, not decoded. */
export function signToken(claims: object, key: string): string {
  const signed = `${HEADER}.${encodeJson(claims)}`;
  return `${signed}.${hmac(signed, key)}`;
}

/**
 * Checks a token's signature and its lifetime, not its audience.
 *
 * @param keys The keys that are right.
 * @param now Current time, in milliseconds since the Unix epoch.
 */
export function checkToken(token: string, keys: readonly string[], now: number): TokenCheck {
  const [header = "", payload = "", signature = "", ...rest] = token.split(".");
  const claims = decodeJson(payload);
  if (rest.length > 0 || !claims) return { refusal: "the token is no JSON Web Token" };
  if (decodeJson(header)?.alg !== "HS256") {
    return {
      refusal: "the token is not signed with HS256; tokens of Microsoft Entra are not known",
    };
  }
  const signed = `${header}.${payload}`;
  if (!keys.some((key) => isSame(hmac(signed, key), signature))) {
    return { refusal: "the token is signed with another access key" };
  }
  const { exp, nbf } = claims;
  if (typeof exp !== "number" || exp * 1000 <= now) {
    return {
      refusal: `the token has expired: its exp is ${exp}, now is ${Math.floor(now / 1000)}`,
    };
  }
  if (typeof nbf === "number" && nbf * 1000 > now) {
    return { refusal: `the token is not valid yet: its nbf is ${nbf}` };
  }
  return { claims };
}

/** A claim's values as texts; none if it is not there. */
export function claimValues(claims: TokenClaims, name: string): string[] {
  const value = claims[name];
  if (value === undefined || value === null) return [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one)));
}

function hmac(text: string, key: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

function isSame(right: string, given: string): boolean {
  const [a, b] = [Buffer.from(right), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function decodeJson(text: string): Record<string, unknown> | undefined {
  return parseRecord(Buffer.from(text, "base64url").toString());
}
