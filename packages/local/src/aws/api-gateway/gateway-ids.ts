import { randomBytes } from "node:crypto";

const CONNECTION_ID_BYTES = 11; // Sixteen characters, as in L0SM9cOFvHcCIhw=
const FORMAT = /^[A-Za-z0-9+/_-]{8,64}={0,2}$/;

/** Creates an id as the gateway's connections and requests have them. */
export function createGatewayId(): string {
  return `${randomBytes(CONNECTION_ID_BYTES).toString("base64url")}=`;
}

/** True for what could be a connection's id; the rest is answered with BadRequestException. */
export function isConnectionId(id: string): boolean {
  return FORMAT.test(id);
}
