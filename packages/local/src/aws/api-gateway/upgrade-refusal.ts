import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Why an upgrade is refused. */
export interface UpgradeRefusal {
  status: number;
  message: string;
}

export const BAD_REQUEST: UpgradeRefusal = { status: 400, message: "Bad Request" };
export const TOO_LONG: UpgradeRefusal = { status: 414, message: "URI Too Long" };
export const FORBIDDEN: UpgradeRefusal = { status: 403, message: "Forbidden" };
export const UNAUTHORIZED: UpgradeRefusal = { status: 401, message: "Unauthorized" };
export const INTERNAL: UpgradeRefusal = { status: 500, message: "Internal server error" };
export const TIMED_OUT: UpgradeRefusal = { status: 504, message: "Endpoint request timed out" };

/** Answers an upgrade request with an HTTP error and closes the socket. */
export function refuseUpgrade(
  socket: Duplex,
  { status, message }: UpgradeRefusal,
  connectionId: string,
  requestId: string,
): void {
  const body = JSON.stringify({ message, connectionId, requestId });
  socket.once("finish", () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-amzn-RequestId: ${requestId}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
