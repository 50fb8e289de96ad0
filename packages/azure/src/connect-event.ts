import type { RegisterEvent } from "@hubbub/core";

/** Claims that say something of the token, not of its owner. */
const TECHNICAL = new Set(["aud", "exp", "iat", "iss", "jti", "nbf", "role", "webpubsub.group"]);

/** What a `connect` tells of a client. */
export type ConnectEvent = Omit<RegisterEvent, "connectionId">;

/**
 * Reads the body of a `connect`.
 *
 * @returns Undefined if it is none.
 */
export function readConnectEvent(body: Uint8Array): ConnectEvent | undefined {
  const parsed = parseObject(body);
  if (!parsed) return undefined;
  const headers = listsOf(parsed.headers);
  const origin = [...headers].find(([name]) => name.toLowerCase() === "origin")?.[1][0];
  const query = [...listsOf(parsed.query)].flatMap(([name, [value]]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const claims = [...listsOf(parsed.claims)].filter(([name]) => !TECHNICAL.has(name));
  return {
    subprotocols: texts(parsed.subprotocols).map((name) => name.trim()),
    origin: origin ?? null,
    query: Object.fromEntries(query),
    ...(claims.length > 0 && { claims: Object.fromEntries(claims) }),
  };
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Every value of the service's maps is a list of texts; what is none is passed over. */
function listsOf(value: unknown): Map<string, string[]> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = isMap ? Object.entries(value) : [];
  return new Map(entries.map(([name, list]) => [name, texts(list)] as const));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
