import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { LOOPBACK } from "../../shared/loopback-server.ts";
import {
  answerOverHttp,
  connectToFunction,
  createFront,
  type HttpAnswer,
  type Upgrade,
} from "./function-connection.ts";
import type { FunctionInstances, InstancePlace } from "./function-instances.ts";
import type { Invocation } from "./invocation.ts";
import { type RelaySettings, relay } from "./relay.ts";
import type { WebFunctionKeys } from "./web-function-options.ts";

/** What the arrival of clients needs to know. */
export interface FunctionArrivalSettings extends RelaySettings {
  keys?: (() => WebFunctionKeys) | undefined;
}

const BAD_GATEWAY = 502;

/**
 * Creates the function that takes clients in: finds them an instance, asks its server, joins both.
 *
 * @param settings The platform's bounds.
 * @param instances The function's instances.
 * @param invocations Where every connection is noted.
 */
export function createFunctionArrival(
  settings: FunctionArrivalSettings,
  instances: FunctionInstances,
  invocations: Invocation[],
): (upgrade: Upgrade) => Promise<void> {
  const { clock, keys, idleTimeoutMs } = settings;
  const front = createFront();

  function begin(instance: number): Invocation {
    const startedAt = clock.now();
    const invocation = { requestId: randomUUID(), instance, startedAt, received: 0, sent: 0 };
    invocations.push(invocation);
    return invocation;
  }

  function end(invocation: Invocation, status: number): void {
    Object.assign(invocation, { status, endedAt: clock.now() });
  }

  function join(
    upgrade: Upgrade,
    server: WebSocket,
    place: InstancePlace,
    invocation: Invocation,
  ): void {
    const client = front(upgrade, server.protocol);
    if (client) {
      const cut = relay(client, server, settings, invocation, () => place.release());
      place.onKill = () => cut(434);
      return;
    }
    // The client left while the function was asked.
    end(invocation, 456);
    place.release();
    server.terminate();
  }

  /** Asks the server of a place: for no longer than a connection may be silent. */
  async function ask(
    request: IncomingMessage,
    place: InstancePlace,
    invocation: Invocation,
  ): Promise<WebSocket | (HttpAnswer & { counted?: number })> {
    const headers = platformHeaders(request, invocation, keys?.());
    const giveUp = new AbortController();
    const stopTimer = clock.setTimer(idleTimeoutMs, () => giveUp.abort());
    const server = await connectToFunction(request, place.port, headers, giveUp.signal);
    stopTimer();
    return giveUp.signal.aborted ? { ...REFUSALS[455], counted: 455 } : server;
  }

  return async function arrive(upgrade): Promise<void> {
    const [request, socket] = upgrade;
    const place = await instances.place();
    if ("status" in place) {
      end(begin(0), place.status);
      return answerOverHttp(socket, REFUSALS[place.status]);
    }
    const invocation = begin(place.instance);
    const server = await ask(request, place, invocation);
    if (!("status" in server)) return join(upgrade, server, place, invocation);
    if (server.refused) {
      place.giveUp();
      invocations.splice(invocations.indexOf(invocation), 1); // It has not begun.
      return arrive(upgrade);
    }
    place.release();
    const { counted = server.status === BAD_GATEWAY ? 439 : 200 } = server;
    end(invocation, counted);
    answerOverHttp(socket, server);
  };
}

/** What a client is answered is not documented; the status is what the platform counts. */
const REFUSALS: Record<405 | 432 | 455, HttpAnswer> = {
  405: { status: 500, body: "405: the bootstrap of the function failed" },
  432: { status: 500, body: "432: no instance of the function is free" },
  455: { status: 500, body: "455: the function did not answer within its idle time-out" },
};

function platformHeaders(
  { socket }: IncomingMessage,
  { requestId }: Invocation,
  keys: WebFunctionKeys | undefined,
): Record<string, string> {
  return {
    "x-scf-request-id": requestId,
    "x-scf-remote-addr": socket.remoteAddress ?? LOOPBACK,
    ...(keys && {
      "x-scf-secret-id": keys.secretId,
      "x-scf-secret-key": keys.secretKey,
      "x-scf-session-token": keys.sessionToken,
    }),
  };
}
