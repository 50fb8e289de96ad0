import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { isGroupName } from "../hub-names.ts";
import { parseRecord } from "../is-record.ts";
import { claimValues, type TokenClaims } from "../json-web-token.ts";

/** What a `connect` handler may say of a client; what is undefined stays as the token has it. */
export interface ConnectAnswer {
  userId?: string;
  groups?: string[];
  roles?: string[];
  subprotocol?: string;
}

const SECRET_QUERY = "access_token";
const SECRET_HEADER = "authorization";

/** Creates the body of a `connect` event; the access token is in none of its parts. */
export function createConnectBody(
  request: IncomingMessage,
  query: URLSearchParams,
  claims: TokenClaims,
  subprotocols: readonly string[],
): Buffer {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
    if (name.toLowerCase() !== SECRET_HEADER) headers.push([name.toLowerCase(), value]);
  }
  const body = {
    claims: Object.fromEntries(
      Object.keys(claims).map((name) => [name, claimValues(claims, name)]),
    ),
    query: valuesOf([...query].filter(([name]) => name.toLowerCase() !== SECRET_QUERY)),
    headers: valuesOf(headers),
    subprotocols,
    clientCertificates: [],
  };
  return Buffer.from(JSON.stringify(body));
}

/** Reads the answer to a `connect` event; undefined if it is no valid one. */
export function readConnectAnswer(body: Buffer): ConnectAnswer | undefined {
  if (body.length === 0 || body.toString().trim() === "null") return {};
  const given = parseRecord(body.toString());
  if (!given) return undefined;
  // Handlers of some languages write null for what is not there.
  const answer = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  return isConnectAnswer(answer) ? answer : undefined;
}

function isConnectAnswer(answer: Record<string, unknown>): answer is ConnectAnswer & typeof answer {
  const { userId = "", subprotocol = "", groups = [], roles = [] } = answer;
  return (
    typeof userId === "string" &&
    typeof subprotocol === "string" &&
    Array.isArray(groups) &&
    groups.every(isGroupName) &&
    Array.isArray(roles) &&
    roles.every((role) => typeof role === "string")
  );
}

function valuesOf(pairs: readonly [string, string][]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}
