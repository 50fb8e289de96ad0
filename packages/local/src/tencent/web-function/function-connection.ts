import type { Buffer } from "node:buffer";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { LOOPBACK } from "../../shared/loopback-server.ts";

/** What an HTTP server hands over: the request, its socket, and what came after the request. */
export type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/** An answer to an upgrade that is no WebSocket. */
export interface HttpAnswer {
  status: number;
  /** (Default: `"Refused"`) */
  statusText?: string;
  /** Names and values in turn, as Node.js has them. (Default: the body is text) */
  headers?: readonly string[];
  body: string;
  /** True if nothing listens where the function's server did. */
  refused?: boolean;
}

const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024; // The platform's bound is watched by the relay.
const PLAIN = { perMessageDeflate: false, autoPong: false, maxPayload: MAX_PAYLOAD_BYTES };
const OWN_HEADERS = /^(connection|upgrade|sec-websocket-.*)$/i;
const HOP_HEADERS = /^(connection|upgrade|keep-alive|transfer-encoding|content-length)$/i;
const GONE: HttpAnswer = { status: 502, body: "the function's server did not answer" };

/**
 * Hands an upgrade on to the function's server.
 *
 * @param request The client's request.
 * @param port Where the server listens.
 * @param platformHeaders The headers that the platform adds; they replace the client's.
 * @param signal Gives it up, as if the server had not answered.
 * @returns The open socket, paused, or what the server answered instead.
 */
export async function connectToFunction(
  request: IncomingMessage,
  port: number,
  platformHeaders: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<WebSocket | HttpAnswer> {
  const protocols = (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const headers = { ...passedOn(request.headers), ...platformHeaders };
  const ws = new WebSocket(`ws://${LOOPBACK}:${port}`, protocols, {
    ...{ ...PLAIN, headers },
    finishRequest(asked) {
      asked.path = request.url ?? "/"; // As it came: a URL would lose its dots.
      asked.end();
    },
  });
  signal.addEventListener("abort", () => ws.terminate());
  return new Promise((resolve) => {
    ws.once("open", () => {
      ws.pause(); // Nobody listens yet, and what came with the handshake comes before a promise.
      resolve(ws);
    });
    ws.once("unexpected-response", (_request, response) => void readAnswer(response).then(resolve));
    ws.on("error", ({ code }: NodeJS.ErrnoException) =>
      resolve({ ...GONE, refused: code === "ECONNREFUSED" }),
    );
  });
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !OWN_HEADERS.test(name)) kept[name] = value;
  }
  return kept;
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  const { statusCode: status = 502, statusMessage: statusText = "", rawHeaders } = response;
  const headers = rawHeaders.filter(
    (_, index) => !HOP_HEADERS.test(rawHeaders[index - (index % 2)] ?? ""),
  );
  return { status, statusText, headers, body };
}

/** Answers the client as the function's server did: the function that makes its WebSocket. */
export function createFront(): (upgrade: Upgrade, subprotocol: string) => WebSocket | undefined {
  const selected = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    ...{ ...PLAIN, noServer: true, clientTracking: false },
    handleProtocols: (_offered, request) => selected.get(request) || false,
  });
  return ([request, socket, head], subprotocol) => {
    selected.set(request, subprotocol);
    const done: { ws?: WebSocket } = {};
    server.handleUpgrade(request, socket, head, (ws) => {
      done.ws = ws;
    });
    return done.ws;
  };
}

const TEXT = ["Content-Type", "text/plain; charset=utf-8"];

/** Answers an upgrade over HTTP and closes the socket. */
export function answerOverHttp(
  socket: Duplex,
  { status, statusText = "Refused", headers = TEXT, body }: HttpAnswer,
): void {
  const own = ["Content-Length", String(new TextEncoder().encode(body).length)];
  const all = [...headers, ...own, "Connection", "close"];
  const lines = all.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${all[index + 1] ?? ""}`] : [],
  );
  socket.once("finish", () => socket.destroy());
  socket.end([`HTTP/1.1 ${status} ${statusText}`, ...lines, "", body].join("\r\n"));
}
