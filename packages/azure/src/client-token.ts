import { createHmac } from "node:crypto";

/** What a client's token says. It never holds a role. */
export interface ClientTokenClaims {
  /** `https://<name>.webpubsub.azure.com`, without a slash at the end. */
  endpoint: string;
  hub: string;
  /** Absent for somebody who is not known yet. */
  userId?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  issuedAt: number;
  ttlMs: number;
}

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/**
 * Makes the token with which a client opens its WebSocket: a JWT, signed with an access key. Needs no
 * request and no SDK.
 *
 * @param accessKey A key of the resource.
 * @param claims For whom it is, where, and how long.
 */
export function createClientToken(accessKey: string, claims: ClientTokenClaims): string {
  const { endpoint, hub, userId, issuedAt, ttlMs } = claims;
  const iat = Math.floor(issuedAt / 1000);
  const payload = encode({
    aud: `${endpoint}/client/hubs/${hub}`, // The http(s) address, not that of the WebSocket.
    iat,
    exp: Math.ceil((issuedAt + ttlMs) / 1000), // Never sooner: both ends are whole seconds.
    ...(userId !== undefined && { sub: userId }),
  });
  const signed = `${HEADER}.${payload}`;
  return `${signed}.${createHmac("sha256", accessKey).update(signed).digest("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
