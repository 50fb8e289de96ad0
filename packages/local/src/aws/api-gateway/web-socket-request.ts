import type { IncomingMessage } from "node:http";
import { LOOPBACK } from "../../shared/loopback-server.ts";
import type { WebSocketRequest } from "./web-socket-event.ts";

/** AWS shows the handshake's own headers to the authorizer, but not to `$connect`. */
const HANDSHAKE_HEADERS: readonly string[] = ["connection", "upgrade", "content-length"];

/**
 * Reads an upgrade request as an event shows it.
 *
 * @param traceId The value of `X-Amzn-Trace-Id`, which the gateway adds with the `X-Forwarded-` headers.
 */
export function readWebSocketRequest(
  request: IncomingMessage,
  traceId: string,
  secure: boolean,
): WebSocketRequest {
  const headers = pairsOf(request.rawHeaders);
  headers.push(
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", request.socket.remoteAddress ?? LOOPBACK],
    ["X-Forwarded-Port", String(request.socket.localPort ?? 0)],
    ["X-Forwarded-Proto", secure ? "https" : "http"],
  );
  const url = request.url ?? "/";
  const query = [...new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?")) : "")];
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: valuesOf(headers),
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(query),
      multiValueQueryStringParameters: valuesOf(query),
    }),
  };
}

/** Leaves the headers of the handshake out. */
export function withoutHandshake(request: WebSocketRequest): WebSocketRequest {
  const { headers, multiValueHeaders, ...rest } = request;
  return { ...rest, headers: without(headers), multiValueHeaders: without(multiValueHeaders) };
}

function without<Value>(record: Record<string, Value>): Record<string, Value> {
  const kept = Object.entries(record).filter(
    ([name]) => !HANDSHAKE_HEADERS.includes(name.toLowerCase()),
  );
  return Object.fromEntries(kept);
}

type Pair = [name: string, value: string];

function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  }
  return pairs;
}

function valuesOf(pairs: readonly Pair[]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

/** Finds a header whatever its case. */
export function headerOf(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== "object" || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted);
  return typeof found?.[1] === "string" ? found[1] : undefined;
}
