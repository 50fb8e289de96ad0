import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { createHandshake, type Upgrade } from "../../shared/handshake.ts";
import { LOOPBACK, startLoopbackServer } from "../../shared/loopback-server.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import { createWorkTracker } from "../../shared/work-tracker.ts";
import { createArrival } from "./arrival.ts";
import { createGatewayCounts, type TencentGatewayCounts } from "./gateway-counts.ts";
import type { TencentGatewayFaults } from "./gateway-faults.ts";
import type { LocalTencentGatewayOptions } from "./gateway-options.ts";
import { createInboundMessages } from "./inbound-messages.ts";
import { createInvoker } from "./invoker.ts";
import { createOpenConnections } from "./open-connections.ts";
import { createPushApi } from "./push-api.ts";
import { resolveTencentGatewayOptions } from "./resolve-gateway-options.ts";

/** A WebSocket API of Tencent's API Gateway that listens. */
export interface LocalTencentGateway {
  readonly port: number;
  /** Where clients connect: `ws://127.0.0.1:<port>/<stage><path>`. */
  readonly url: string;
  /** What `DescribeApi` calls `InternalDomain`: `http://127.0.0.1:<port>/api-xxxxxxxx`. */
  readonly pushUrl: string;
  /** The faults that were given, or an object to set them on. */
  readonly faults: TencentGatewayFaults;
  /** What has happened so far. */
  readonly counts: Readonly<TencentGatewayCounts>;
  /** The ids of the open connections, oldest first. */
  connections(): string[];
  /** Resolves when no function runs and none is on its way, delayed ones included. */
  idle(): Promise<void>;
  /** Cuts all sockets and stops all timers; `cleanup` is not invoked. */
  close(): Promise<void>;
}

/**
 * Starts a WebSocket API of Tencent's API Gateway on 127.0.0.1: three functions behind it, and the push
 * URL beside them. What `register` answers decides the handshake; a `transport` that fails cuts its
 * sender off; `cleanup` is invoked for clients that close, and for nobody else.
 *
 * @param options Its functions, and how it should behave.
 * @returns The running gateway.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalTencentGateway(
  options: LocalTencentGatewayOptions,
): Promise<LocalTencentGateway> {
  const given = resolveTencentGatewayOptions(options);
  const clock = createTimerScope(given.clock);
  const settings = { ...given, clock };
  const { faults, stage, path } = settings;
  const pushPath = `/api-${randomBytes(4).toString("hex")}`;
  const counts = createGatewayCounts();
  const tracker = createWorkTracker();
  const invoker = createInvoker(settings, tracker, counts);
  const connections = createOpenConnections(settings, counts);
  const answer = createPushApi(settings, connections, counts, pushPath);
  const arrive = createArrival(settings, invoker, counts);
  const listenTo = createInboundMessages(connections, invoker);
  const handshake = createHandshake(settings.maxMessageBytes);
  const pushSockets = new WeakSet<Socket>();
  const listening = await startLoopbackServer({
    ...{ port: settings.port, tls: undefined },
    onRequest: (request, response) => {
      if (!pushSockets.has(request.socket)) counts.pushSockets += 1;
      pushSockets.add(request.socket);
      answer(request, response).catch(() => response.destroy());
    },
  });
  const { server, port } = listening;
  let closed = false;

  async function takeIn(upgrade: Upgrade): Promise<void> {
    const arrival = await arrive(upgrade);
    if (!arrival || closed) return;
    const ws = handshake(upgrade, arrival.subprotocol);
    if (ws) listenTo(connections.add(arrival.id, ws, upgrade[1]));
  }

  server.on("upgrade", (...upgrade: Upgrade) => {
    const [, socket] = upgrade;
    socket.on("error", () => socket.destroy()); // A reset before the handshake is nobody's fault.
    tracker.track(takeIn(upgrade).catch(() => socket.destroy()));
  });

  const origin = `${LOOPBACK}:${port}`;
  return {
    ...{ port, faults, counts },
    url: `ws://${origin}/${stage}${path === "/" ? "" : path}`,
    pushUrl: `http://${origin}${pushPath}`,
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
