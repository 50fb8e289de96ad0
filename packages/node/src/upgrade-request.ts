import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { RegisterEvent } from "@hubbub/core";

/**
 * Reads the path that a request asks for, as it was sent.
 *
 * @returns The path without the query.
 */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] || "/";
}

/** What an upgrade request tells. */
export interface UpgradeRequest extends Omit<RegisterEvent, "connectionId"> {
  subprotocols: readonly string[];
}

/**
 * Reads what core wants to know of an upgrade request.
 *
 * @returns The event, but for the connection's id.
 */
export function readUpgrade(request: IncomingMessage): UpgradeRequest {
  const url = request.url ?? "/";
  const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
  const offered = request.headers["sec-websocket-protocol"] ?? "";
  return {
    subprotocols: offered
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    origin: request.headers.origin ?? null,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** Why an upgrade is refused. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
}

const UNAVAILABLE = { status: 503, code: "unavailable" };

/** For faults of the server. */
export const FAILED: Refusal = { status: 500, code: "internal", message: "internal error" };

/** For paths where there is no WebSocket. */
export const ELSEWHERE: Refusal = {
  ...{ status: 404, code: "not_found", message: "there is no WebSocket at this path" },
};

/** The refusal of a server that drains. */
export const CLOSING: Refusal = { ...UNAVAILABLE, message: "the server is closing" };

/** The refusal of a server with as many connections as it may have. */
export const FULL: Refusal = { ...UNAVAILABLE, message: "the server is full" };

/** Answers an upgrade request with an HTTP error and closes the socket. */
export function refuseUpgrade(socket: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ code, message });
  socket.once("finish", () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}
