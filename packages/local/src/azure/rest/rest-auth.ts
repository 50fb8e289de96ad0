import type { IncomingMessage } from "node:http";
import { decodeUrl, originsOf } from "../audience.ts";
import { checkToken, claimValues } from "../json-web-token.ts";
import { type RestReply, restError } from "./rest-reply.ts";

/** What a request's token is checked against. */
export interface RestAuthSettings {
  keys: readonly string[];
  endpoint: string;
  /** Current time, in milliseconds since the Unix epoch. */
  now: number;
}

/**
 * Checks the token of a request: its audience is the request's URL, with or without the query, however
 * it is encoded.
 *
 * @returns Undefined if the request may go on.
 */
export function refuseRequest(
  { headers, url = "/" }: IncomingMessage,
  { keys, endpoint, now }: RestAuthSettings,
): RestReply | undefined {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (!token) return unauthorized("Authorization must be Bearer and a token");
  const check = checkToken(token, keys, now);
  if ("refusal" in check) return unauthorized(`Unauthorized: ${check.refusal}`);
  const audiences = claimValues(check.claims, "aud").map(decodeUrl);
  const path = url.split("?", 1)[0] ?? "";
  const wanted = originsOf(headers.host, endpoint)
    .flatMap((origin) => [origin + url, origin + path])
    .map(decodeUrl);
  if (audiences.some((audience) => wanted.includes(audience))) return undefined;
  return unauthorized(`The token's aud must be ${wanted[0]}, and is ${audiences.join(", ")}`);
}

function unauthorized(message: string): RestReply {
  return restError(401, "Unauthorized", message, { headers: { "WWW-Authenticate": "Bearer" } });
}
