import { checkToken, signToken } from "../json-web-token.ts";

const AUDIENCE = "reconnection";
const LIFETIME_SECONDS = 7 * 24 * 60 * 60;

/** Creates the token that a reliable client recovers its connection with. */
export function issueReconnectionToken(connectionId: string, key: string, now: number): string {
  const iat = Math.floor(now / 1000);
  return signToken({ aud: AUDIENCE, sub: connectionId, iat, exp: iat + LIFETIME_SECONDS }, key);
}

/** True for the token of a connection. */
export function isReconnectionToken(
  token: string,
  connectionId: string,
  key: string,
  now: number,
): boolean {
  const check = checkToken(token, [key], now);
  if (!("claims" in check)) return false;
  return check.claims.aud === AUDIENCE && check.claims.sub === connectionId;
}
