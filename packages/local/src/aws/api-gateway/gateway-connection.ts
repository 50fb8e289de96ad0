import type { WebSocket } from "ws";
import type { AuthorizerContext, ClientIdentity } from "./web-socket-event.ts";

/** How a connection ended: a close code of the WebSocket protocol, and words. */
export interface Ending {
  code: number;
  reason: string;
}

/** A client of the gateway, from its upgrade request on. */
export interface GatewayConnection {
  readonly id: string;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
  readonly identity: ClientIdentity;
  authorizer?: AuthorizerContext;
}

/** A client whose handshake is done. */
export interface OpenConnection extends GatewayConnection {
  readonly ws: WebSocket;
  /** When something was last sent in either direction, in milliseconds since the Unix epoch. */
  lastActiveAt: number;
}

/** The endings that the gateway names itself. */
export const ENDINGS: Record<
  "goingAway" | "deleted" | "binary" | "tooLong" | "noStatus" | "abnormal",
  Ending
> = {
  goingAway: { code: 1001, reason: "Going away" },
  deleted: { code: 1000, reason: "Connection Closed Normally" },
  binary: { code: 1003, reason: "Binary frames are not supported" },
  tooLong: { code: 1009, reason: "Message or frame too long" },
  noStatus: { code: 1005, reason: "Client-side close frame status not set" },
  abnormal: { code: 1006, reason: "Connection closed abnormally" },
};
