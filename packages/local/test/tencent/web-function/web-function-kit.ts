import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import {
  createLocalWebFunction,
  type LocalWebFunction,
  type LocalWebFunctionOptions,
  type StartedServer,
} from "../../../src/tencent.ts";
import { silent } from "../../kit.ts";

/** A server of the function that a test looks into. */
export interface ProbeServer {
  /** Starts a server; give it to `createLocalWebFunction`. */
  readonly start: () => Promise<StartedServer>;
  /** The server's sockets, oldest first, over all instances. */
  readonly sockets: WebSocket[];
  /** The requests that they came with. */
  readonly requests: IncomingMessage[];
  /** How many instances were started. */
  starts(): number;
}

/** A server that echoes texts, and does more if it is told to. */
export function createProbeServer(
  options: { refuse?: (request: IncomingMessage) => boolean; echo?: boolean } = {},
): ProbeServer {
  const sockets: WebSocket[] = [];
  const requests: IncomingMessage[] = [];
  let starts = 0;
  return {
    ...{ sockets, requests, starts: () => starts },
    async start() {
      starts += 1;
      const server = new WebSocketServer({
        ...{ host: "127.0.0.1", port: 0, maxPayload: 2 ** 24 },
        verifyClient: ({ req }: { req: IncomingMessage }) => !options.refuse?.(req),
        handleProtocols: (offered) => [...offered].at(-1) ?? false,
      });
      await once(server, "listening");
      server.on("connection", (socket, request) => {
        sockets.push(socket);
        requests.push(request);
        socket.on("error", () => {});
        if (options.echo === false) return;
        socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
      });
      const { port } = server.address() as { port: number };
      return {
        port,
        async close() {
          for (const socket of server.clients) socket.terminate();
          await new Promise((resolve) => server.close(resolve));
        },
      };
    },
  };
}

/** Starts a Web Function that ends with the test. */
export async function startFunction(options: LocalWebFunctionOptions): Promise<LocalWebFunction> {
  const started = await createLocalWebFunction({ logger: silent, ...options });
  onTestFinished(() => started.close());
  return started;
}
