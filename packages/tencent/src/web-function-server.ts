import {
  type Chat,
  defineChat,
  type EventDefinitions,
  InvalidArgumentError,
  type User,
} from "@hubbub/core";
import { type ChatServer, serve } from "@hubbub/node";
import { takeScfHeaders } from "./scf-headers.ts";
import { webFunctionCloseCode } from "./web-function-close-code.ts";
import { planWebFunction, type WebFunctionOptions } from "./web-function-options.ts";

const PORT = 9000; // Where the platform looks for the server of a Web Function.
const MAX_CONCURRENCY = 100; // The most connections that the platform gives to an instance.
const PING_MS = 25_000;

/**
 * Serves a chat from an SCF Web Function with native WebSocket. Every connection is closed with 1000 before the
 * platform ends it, what is pushed is paced to the platform's limits, and all `X-Scf-` headers, in which the keys of
 * the function's role are said to come, are taken away before anybody sees a request.
 *
 * Without a `store` and a `log` everything is in the memory of this instance: share them, and with more than one
 * instance a `backplane`, too.
 *
 * @param chat The chat.
 * @param options What the function is configured with, and the options of `serve`.
 * @returns The server, listening on 0.0.0.0:9000 unless told otherwise. SIGTERM drains it.
 * @throws InvalidArgumentError if an option is wrong or the port is taken.
 */
export async function serveWebFunction<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: WebFunctionOptions,
): Promise<ChatServer<E>> {
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  const { maxAgeMs, heartbeatMs, traffic } = planWebFunction(chat, options);
  const { timeoutMs: _, idleTimeoutMs: __, credentials, traffic: ___, ...rest } = options;
  const livelier = defineChat({ ...chat.definition, heartbeatMs });
  return serve(livelier, {
    ...{ port: PORT, host: "0.0.0.0", maxConnections: MAX_CONCURRENCY, drainMs: 5000 },
    ...rest,
    ...{ maxAgeMs, traffic, closeCode: webFunctionCloseCode },
    pingMs: Math.min(PING_MS, heartbeatMs),
    onRequest(request) {
      const headers = takeScfHeaders(request);
      credentials?.take(headers);
    },
  });
}
