import { readFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";

/** What a request said, as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The number of the connection that it came on, from 1. */
  readonly connection: number;
  /** Writes raw bytes, one character each. */
  write(bytes: string): void;
  /** Ends the connection, after `bytes`. */
  end(bytes?: string): void;
  /** Breaks the connection. */
  reset(): void;
}

/** A server of raw bytes on loopback. */
export interface ScriptedServer {
  readonly port: number;
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** How many connections were opened. */
  readonly connections: number;
  /** How many are open now. */
  readonly open: number;
  /** How many of them resumed a TLS session. */
  readonly resumed: number;
  /** The host that each TLS client named; an address is no name. */
  readonly names: readonly unknown[];
  /** Bytes that came as the content of connections. */
  readonly bytesRead: number;
  /** Resolves once so many requests have come. */
  seen(count: number): Promise<void>;
  /** Writes raw bytes to every connection. */
  speak(bytes: string): void;
  /** Listens no more. */
  close(): Promise<void>;
  /** Ends or breaks every connection; resolves when they are closed. */
  hangUp(how?: "end" | "reset"): Promise<void>;
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

/** The certificate of every secure server, for the option `ca`. */
export const loopbackCertificate: Buffer = fixture("loopback-certificate.pem");

/** A whole response. */
export function response(status: number, body = "", headers: readonly string[] = []): string {
  const bytes = Buffer.from(body);
  const lines = [`HTTP/1.1 ${status} Reason`, ...headers, `Content-Length: ${bytes.length}`];
  return `${lines.join("\r\n")}\r\n\r\n${bytes.toString("latin1")}`;
}

/** Answers every request with a status. */
export function always(
  status: number,
  body?: string,
  headers?: readonly string[],
): (request: SeenRequest) => void {
  return (request) => request.write(response(status, body, headers));
}

/** Starts a server that is closed when the test ends. */
export async function startScriptedServer(
  answer: (request: SeenRequest, index: number) => void,
  { secure = false }: { secure?: boolean } = {},
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const waiting: { count: number; resolve: () => void }[] = [];
  const counts = { connections: 0, bytesRead: 0, resumed: 0 };
  const names: unknown[] = [];

  function accept(socket: Socket): void {
    const connection = ++counts.connections;
    let rest = "";
    sockets.add(socket);
    socket.unref();
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    if (socket instanceof TLSSocket) {
      counts.resumed += Number(socket.isSessionReused());
      names.push(Reflect.get(socket, "servername"));
    }
    socket.on("data", (bytes: Buffer) => {
      counts.bytesRead += bytes.length;
      rest += bytes.toString("latin1");
      for (let taken = takeRequest(rest); taken; taken = takeRequest(rest)) {
        rest = taken.rest;
        const seen: SeenRequest = {
          ...taken.request,
          connection,
          write: (text) => socket.write(text, "latin1"),
          end: (text = "") => socket.end(text, "latin1"),
          reset: () => breakOff(socket),
        };
        requests.push(seen);
        answer(seen, requests.length - 1);
        for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      }
    });
  }

  const identity = { key: fixture("loopback-key.pem"), cert: loopbackCertificate };
  const server = secure ? createTlsServer(identity, accept) : createTcpServer(accept);
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  return {
    port,
    origin: `${secure ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    get connections() {
      return counts.connections;
    },
    get open() {
      return sockets.size;
    },
    names,
    get resumed() {
      return counts.resumed;
    },
    get bytesRead() {
      return counts.bytesRead;
    },
    seen: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    speak(bytes) {
      for (const socket of sockets) socket.write(bytes, "latin1");
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
    async hangUp(how = "end") {
      const closed = [...sockets].map((socket) => {
        const done = new Promise<void>((resolve) => socket.once("close", () => resolve()));
        if (how === "end") socket.end();
        else breakOff(socket);
        return done;
      });
      await Promise.all(closed);
    },
  };
}

/** With a reset where the socket can. */
function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function takeRequest(text: string) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const bodyEnd = end + 4 + Number(headers["content-length"] ?? 0);
  if (text.length < bodyEnd) return undefined;
  const body = Buffer.from(text.slice(end + 4, bodyEnd), "latin1").toString();
  return { rest: text.slice(bodyEnd), request: { method, path, headers, body } };
}
