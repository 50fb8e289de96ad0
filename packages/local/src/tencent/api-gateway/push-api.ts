import type { IncomingMessage, ServerResponse } from "node:http";
import { drawDelay } from "../../shared/delay-range.ts";
import { sleep } from "../../shared/local-clock.ts";
import { readBody } from "../../shared/read-body.ts";
import type { TencentGatewayCounts } from "./gateway-counts.ts";
import type { TencentPushFault } from "./gateway-faults.ts";
import type { OpenConnections } from "./open-connections.ts";
import { type ReadPush, readPushRequest } from "./push-request.ts";
import type { ResolvedTencentGatewayOptions } from "./resolve-gateway-options.ts";

interface Reply {
  status: number;
  body: { errNo: number; errMsg: string } | string;
}

const MAX_BODY_BYTES = 6 * 1024 * 1024;
// No list of codes is published: all that is known of these is that they are not 0.
const OK: Reply = { status: 200, body: { errNo: 0, errMsg: "ok" } };
const NO_CONNECTION: Reply = { status: 200, body: { errNo: 1, errMsg: "no such connection" } };
const MALFORMED: Reply = { status: 200, body: { errNo: 2, errMsg: "malformed request" } };
const NOT_FOUND: Reply = { status: 404, body: "Not Found" };

const FAULT_REPLIES: Record<
  Exclude<TencentPushFault["error"], undefined | "hang" | "cut">,
  Reply
> = {
  system: { status: 500, body: "Internal Server Error" },
  refused: { status: 200, body: { errNo: 3, errMsg: "refused" } },
  "not-found": NOT_FOUND,
  forbidden: { status: 403, body: "Forbidden" },
  foreign: { status: 200, body: "<!doctype html><title>Welcome</title>" },
};

/** Creates what answers requests to the push URL, whose path is `path`, and refuses all others. */
export function createPushApi(
  settings: ResolvedTencentGatewayOptions,
  connections: OpenConnections,
  counts: TencentGatewayCounts,
  path: string,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, faults, latency, random } = settings;

  function perform({ secConnectionID, message }: ReadPush): Reply {
    const connection = connections.get(secConnectionID);
    if (!connection) return NO_CONNECTION;
    if (message === undefined) {
      counts.closings += 1;
      connections.close(connection);
    } else {
      counts.pushes += 1;
      connection.ws.send(message, { binary: typeof message !== "string" });
    }
    return OK;
  }

  function sendFault(
    response: ServerResponse,
    { secConnectionID }: ReadPush,
    error: NonNullable<TencentPushFault["error"]>,
  ): void {
    counts.pushErrors += 1;
    if (error === "hang") return;
    if (error === "cut") {
      response.destroy();
      return;
    }
    const connection = connections.get(secConnectionID);
    if (error === "system" && connection) connections.cut(connection);
    send(response, FAULT_REPLIES[error]);
  }

  function refuse(response: ServerResponse, reply: Reply): void {
    counts.pushErrors += 1;
    send(response, reply);
  }

  async function follow(push: ReadPush, response: ServerResponse): Promise<void> {
    const { action, secConnectionID } = push;
    const { delayMs = 0, error, afterEffect } = faults.pushes?.({ action, secConnectionID }) ?? {};
    await sleep(clock, delayMs + drawDelay(latency.pushMs ?? 0, random));
    const reply = error && !afterEffect ? OK : perform(push);
    if (error) sendFault(response, push, error);
    else if (reply === OK) send(response, reply);
    else refuse(response, reply);
  }

  return async (request, response) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (request.method !== "POST" || request.url !== path) return refuse(response, NOT_FOUND);
    const push = body && readPushRequest(body);
    if (push) await follow(push, response);
    else refuse(response, MALFORMED);
  };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
