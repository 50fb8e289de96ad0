import { type Buffer, isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { drawDelay } from "../../shared/delay-range.ts";
import { sleep } from "../../shared/local-clock.ts";
import { readBody } from "../../shared/read-body.ts";
import { createTokenBucket } from "../../shared/token-bucket.ts";
import { ENDINGS } from "./gateway-connection.ts";
import type { ManagementFault, ManagementRequest } from "./gateway-faults.ts";
import { isConnectionId } from "./gateway-ids.ts";
import { MAX_MESSAGE_BYTES } from "./inbound-messages.ts";
import type { ManagementError } from "./management-errors.ts";
import * as errors from "./management-errors.ts";
import type { OpenConnections } from "./open-connections.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";
import { refuseSignature } from "./signature.ts";

/** An answer with or without a body. */
type Reply = ManagementError | { status: 200; json?: object } | { status: 204 };

const STAGE = /^\/([^/?]+)/;
const TARGET = /^\/[^/?]+\/(?:@|%40)connections\/([^/?]+)$/;
const METHODS: readonly string[] = [
  "POST",
  "GET",
  "DELETE",
] satisfies ManagementRequest["method"][];

/** Creates what answers requests to `/{stage}/@connections/{id}`, and refuses all others. */
export function createManagementApi(
  settings: ResolvedGatewayOptions,
  connections: OpenConnections,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, faults, latency, random, credentials, region, stage } = settings;
  const takeToken = settings.throttle
    ? createTokenBucket(settings.throttle, clock.now)
    : () => true;

  /** Undefined if the request may go on. */
  function refuse(request: IncomingMessage, body: Buffer | undefined): ManagementError | undefined {
    const { method = "", url = "", rawHeaders } = request;
    const signed = request.headers.authorization?.startsWith("AWS4-HMAC-SHA256 ");
    if (!signed) return errors.NO_TOKEN;
    if (STAGE.exec(url)?.[1] !== stage) return errors.WRONG_STAGE;
    if (!TARGET.test(url) || !isMethod(method)) return errors.NO_TOKEN;
    if (!body) return errors.TOO_LARGE;
    const refusal =
      credentials &&
      refuseSignature({ method, url, rawHeaders, body }, { credentials, region, now: clock.now() });
    if (refusal) return { status: 403, ...refusal };
    return takeToken() ? undefined : errors.TOO_MANY;
  }

  function perform({ method, connectionId }: ManagementRequest, body: Buffer): Reply {
    const connection = connections.get(connectionId);
    if (!connection)
      return isConnectionId(connectionId) ? errors.GONE : errors.badRequest(connectionId);
    if (method === "DELETE") {
      connections.close(connection, ENDINGS.deleted);
      return { status: 204 };
    }
    if (method === "GET") {
      const { connectedAt, lastActiveAt, identity } = connection;
      const times = { connectedAt: isoTime(connectedAt), lastActiveAt: isoTime(lastActiveAt) };
      return { status: 200, json: { ...times, identity } };
    }
    if (connection.ws.bufferedAmount > settings.maxBufferedBytes) return errors.BUFFER_FULL;
    connections.touch(connection);
    // A text frame with bytes that are no text would make the client close the connection.
    connection.ws.send(isUtf8(body) ? body : body.toString(), { binary: false });
    return { status: 200 };
  }

  return async (request, response) => {
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    const refusal = refuse(request, body);
    if (refusal || !body) return send(response, refusal ?? errors.TOO_LARGE);
    const target = targetOf(request);
    if (!target) return send(response, errors.badRequest(idIn(request)));
    const fault = faults.management?.(target) ?? {};
    await sleep(clock, (fault.delayMs ?? 0) + drawDelay(latency.managementMs ?? 0, random));
    const reply = fault.error && !fault.afterEffect ? undefined : perform(target, body);
    sendFault(response, fault.error) || send(response, reply ?? errors.INTERNAL_ERROR);
  };
}

function isMethod(method: string | undefined): method is ManagementRequest["method"] {
  return method !== undefined && METHODS.includes(method);
}

/** The id as it is on the wire. */
function idIn({ url = "" }: IncomingMessage): string {
  return TARGET.exec(url)?.[1] ?? "";
}

function targetOf(request: IncomingMessage): ManagementRequest | undefined {
  const { method } = request;
  try {
    const connectionId = decodeURIComponent(idIn(request));
    return isMethod(method) ? { method, connectionId } : undefined;
  } catch {
    return undefined; // A percent sign that encodes nothing.
  }
}

/** False if there is no fault to answer with. */
function sendFault(response: ServerResponse, error: ManagementFault["error"]): boolean {
  if (error === "no-answer") response.destroy();
  else if (error) send(response, errors.FAULT_ERRORS[error]);
  return error !== undefined;
}

function send(response: ServerResponse, reply: Reply): void {
  const json =
    "type" in reply ? { message: reply.message } : "json" in reply ? reply.json : undefined;
  const text = json && JSON.stringify(json);
  response.writeHead(reply.status, {
    "x-amzn-requestid": randomUUID(),
    ...(text !== undefined && { "content-type": "application/json" }),
    ...("type" in reply && { "x-amzn-errortype": reply.type }),
  });
  response.end(text);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
