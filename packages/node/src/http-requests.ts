import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "@hubbub/core";
import type { Health } from "./chat-server.ts";
import type { ServeOptions } from "./server-options.ts";
import { pathOf } from "./upgrade-request.ts";

/** What a server needs to answer requests that are no upgrades. */
export interface HttpRequestsOptions {
  path: string;
  healthPath: string;
  handler: ServeOptions["handler"];
  onRequest: ServeOptions["onRequest"];
  health: () => Health;
  logger: Logger;
}

/** Creates the listener for requests that are no upgrades: health, then your handler. */
export function createRequestListener(options: HttpRequestsOptions): RequestListener {
  const { path, healthPath, handler, health, logger } = options;
  return (request, response) => {
    if (!inspected(request, options)) return sendJson(response, 500, { code: "internal" });
    if (pathOf(request) === healthPath) return sendHealth(response, health());
    if (handler) return void callHandler(handler, request, response, logger);
    const status = pathOf(request) === path ? 426 : 404;
    sendJson(response, status, { code: status === 426 ? "upgrade_required" : "not_found" });
  };
}

/** Shows a request to `onRequest`; false if that threw. */
export function inspected(
  request: IncomingMessage,
  { onRequest, logger }: Pick<HttpRequestsOptions, "onRequest" | "logger">,
): boolean {
  try {
    onRequest?.(request);
    return true;
  } catch (error) {
    logger.error("onRequest threw", { error });
    return false;
  }
}

function sendHealth(response: ServerResponse, { status, connections }: Health): void {
  if (status === "draining") sendJson(response, 503, { status });
  else sendJson(response, 200, { status, connections });
}

async function callHandler(
  handler: NonNullable<ServeOptions["handler"]>,
  request: IncomingMessage,
  response: ServerResponse,
  logger: Logger,
): Promise<void> {
  try {
    await handler(request, response);
  } catch (error) {
    logger.error("the request handler failed", { error });
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { code: "internal" });
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const upgrade = status === 426 ? { Upgrade: "websocket" } : {};
  response.writeHead(status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    ...upgrade,
  });
  response.end(JSON.stringify(body));
}
