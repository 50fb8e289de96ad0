import { headerOf } from "./web-socket-request.ts";

/** The parts of a handler's answer that the gateway reads. */
export interface LambdaResponse {
  statusCode: number;
  body: string | undefined;
  subprotocol: string | undefined;
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/; // RFC 9110, section 5.6.2: what a subprotocol's name may be.

/**
 * Reads a handler's answer.
 *
 * @returns The answer, or undefined if it is malformed, which AWS treats as a failed handler.
 */
export function readLambdaResponse(value: unknown): LambdaResponse | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { statusCode: status, body, headers }: Record<string, unknown> = { ...value };
  const statusCode = typeof status === "string" ? Number(status) : status;
  if (typeof statusCode !== "number" || !Number.isInteger(statusCode)) return undefined;
  if (statusCode < 200 || statusCode > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  const subprotocol = headerOf(headers, "sec-websocket-protocol");
  if (subprotocol !== undefined && !TOKEN.test(subprotocol)) return undefined;
  return { statusCode, body: body ?? undefined, subprotocol };
}
