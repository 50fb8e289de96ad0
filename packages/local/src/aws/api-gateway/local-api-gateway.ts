import { createHandshake, type Upgrade } from "../../shared/handshake.ts";
import { LOOPBACK, startLoopbackServer } from "../../shared/loopback-server.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import { createWorkTracker } from "../../shared/work-tracker.ts";
import { createArrival } from "./arrival.ts";
import { ENDINGS, type Ending, type GatewayConnection } from "./gateway-connection.ts";
import { disconnectEvent } from "./gateway-events.ts";
import type { GatewayFaults } from "./gateway-faults.ts";
import type { LocalApiGatewayOptions } from "./gateway-options.ts";
import { createInboundMessages, MAX_MESSAGE_BYTES } from "./inbound-messages.ts";
import { createInvoker } from "./invoker.ts";
import { createManagementApi } from "./management-api.ts";
import { createOpenConnections } from "./open-connections.ts";
import { resolveGatewayOptions } from "./resolve-gateway-options.ts";

/** A WebSocket API that listens. */
export interface LocalApiGateway {
  readonly port: number;
  /** Where clients connect: `ws://127.0.0.1:<port>/<stage>`, `wss:` with `tls`. */
  readonly url: string;
  /** The endpoint of `@connections` for the SDK: `http://127.0.0.1:<port>/<stage>`, `https:` with `tls`. */
  readonly callbackUrl: string;
  /** The faults that were given, or an object to set them on. */
  readonly faults: GatewayFaults;
  /** The ids of the open connections, oldest first. */
  connections(): string[];
  /** Resolves when no handler runs and none is on its way, delayed ones included. */
  idle(): Promise<void>;
  /** Cuts all sockets and stops all timers; `$disconnect` is not invoked. */
  close(): Promise<void>;
}

/**
 * Starts an API Gateway WebSocket API on 127.0.0.1.
 *
 * @param options Its routes, and how it should behave.
 * @returns The running gateway.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalApiGateway(
  options: LocalApiGatewayOptions,
): Promise<LocalApiGateway> {
  const given = resolveGatewayOptions(options);
  const clock = createTimerScope(given.clock);
  const resolved = { ...given, clock };
  const { stage, tls, faults, routes } = resolved;
  const tracker = createWorkTracker();
  const invoker = createInvoker(resolved, tracker);
  const connections = createOpenConnections(resolved, (connection, ending) =>
    disconnected(connection, ending),
  );
  const answer = createManagementApi(resolved, connections);
  const handshake = createHandshake(MAX_MESSAGE_BYTES);
  const listening = await startLoopbackServer({
    ...{ port: resolved.port, tls },
    onRequest: (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
  });
  const { server, port } = listening;
  const domainName = resolved.domainName ?? `${LOOPBACK}:${port}`;
  const settings = { ...resolved, domainName };
  const arrive = createArrival(settings, invoker);
  const listenTo = createInboundMessages(settings, connections, invoker);
  let closed = false;

  function disconnected(connection: GatewayConnection, ending: Ending): void {
    const handler = routes.get("$disconnect")?.handler;
    if (!handler) return;
    void Promise.all(invoker.invoke(handler, disconnectEvent(settings, connection, ending)));
  }

  async function takeIn(upgrade: Upgrade): Promise<void> {
    const admission = await arrive(upgrade);
    if (!admission || closed) return;
    const ws = handshake(upgrade, admission.subprotocol);
    // The client left while `$connect` ran.
    if (!ws) return disconnected(admission.connection, ENDINGS.abnormal);
    listenTo(connections.add(admission.connection, ws), upgrade[1]);
  }

  server.on("upgrade", (...upgrade: Upgrade) => {
    const [, socket] = upgrade;
    socket.on("error", () => socket.destroy()); // A reset before the handshake is nobody's fault.
    tracker.track(takeIn(upgrade).catch(() => socket.destroy()));
  });

  const origin = `${tls ? "s" : ""}://${LOOPBACK}:${port}/${stage}`;
  return {
    ...{ port, faults, url: `ws${origin}`, callbackUrl: `http${origin}` },
    connections: connections.ids,
    idle: tracker.idle,
    async close() {
      closed = true;
      invoker.stop();
      connections.clear();
      clock.end();
      tracker.giveUp();
      await listening.close();
    },
  };
}
