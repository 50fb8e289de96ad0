import type { Upgrade } from "../shared/handshake.ts";
import { LOOPBACK, startLoopbackServer } from "../shared/loopback-server.ts";
import { createTimerScope } from "../shared/timer-scope.ts";
import { createWorkTracker } from "../shared/work-tracker.ts";
import { createClientMessages } from "./client/client-messages.ts";
import { createClientSockets } from "./client/client-sockets.ts";
import { type ClientTokenOptions, createClientToken } from "./client-token.ts";
import { createHub, type Hub } from "./hub.ts";
import { resolveWebPubSubOptions } from "./resolve-web-pubsub-options.ts";
import { createRestApi } from "./rest/rest-api.ts";
import { createEventDispatcher } from "./upstream/event-dispatcher.ts";
import { createUserEvents } from "./upstream/user-events.ts";
import type { WebPubSubFaults } from "./web-pubsub-faults.ts";
import type { LocalWebPubSubOptions } from "./web-pubsub-options.ts";

/** A Web PubSub service that listens. */
export interface LocalWebPubSub {
  readonly port: number;
  /** `http://127.0.0.1:<port>`; the SDK wants `allowInsecureConnection` with it. */
  readonly endpoint: string;
  /** For the SDK: endpoint and access key. */
  readonly connectionString: string;
  /** The faults that were given, or an object to set them on. */
  readonly faults: WebPubSubFaults;
  /** Where a client connects, with an access token: `ws://127.0.0.1:<port>/client/hubs/<hub>?access_token=…`. */
  clientUrl(hub: string, token?: ClientTokenOptions): string;
  /** The ids of a hub's connections, oldest first. */
  connections(hub: string): string[];
  /** Resolves when no event and no message is on its way, delayed ones included. */
  idle(): Promise<void>;
  /** Cuts all sockets, gives up all events and stops all timers; `disconnected` is not sent. */
  close(): Promise<void>;
}

/**
 * Starts a Web PubSub service on 127.0.0.1.
 *
 * @param options Its hubs, and how it should behave.
 * @returns The running service.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalWebPubSub(
  options: LocalWebPubSubOptions = {},
): Promise<LocalWebPubSub> {
  const given = resolveWebPubSubOptions(options);
  const clock = createTimerScope(given.clock);
  const tracker = createWorkTracker();
  const hubs = new Map<string, Hub>();
  let answer: ReturnType<typeof createRestApi> | undefined;
  const listening = await startLoopbackServer({
    ...{ port: given.port, tls: undefined },
    onRequest: (request, response) => {
      answer?.(request, response).catch(() => response.destroy());
    },
  });
  const { server, port } = listening;
  const host = `${LOOPBACK}:${port}`;
  const endpoint = `http://${host}`;
  const settings = { ...given, clock, endpoint, origin: given.webHookOrigin ?? host };
  const dispatcher = createEventDispatcher(settings, tracker);
  const messages = createClientMessages(hubOf, createUserEvents(settings, dispatcher), tracker);
  const sockets = createClientSockets(settings, hubOf, dispatcher, messages);
  answer = createRestApi(settings, hubOf, tracker);

  function hubOf(name: string): Hub {
    const hub = hubs.get(name) ?? createHub(name);
    hubs.set(name, hub);
    return hub;
  }

  server.on("upgrade", (...upgrade: Upgrade) => {
    const [, socket] = upgrade;
    socket.on("error", () => socket.destroy()); // A reset before the handshake is nobody's fault.
    tracker.track(sockets.takeIn(upgrade).catch(() => socket.destroy()));
  });

  const { accessKey, faults } = given;
  return {
    ...{ port, endpoint, faults },
    connectionString: `Endpoint=${endpoint};AccessKey=${accessKey};Version=1.0;`,
    clientUrl(hub, token = {}) {
      const issuer = { hub, endpoint, accessKey, now: clock.now() };
      return `ws://${host}/client/hubs/${hub}?access_token=${createClientToken(token, issuer)}`;
    },
    connections: (hub) => (hubs.get(hub.toLowerCase())?.all() ?? []).map(({ id }) => id),
    idle: tracker.idle,
    async close() {
      sockets.stop();
      dispatcher.stop();
      clock.end();
      tracker.giveUp();
      await listening.close();
    },
  };
}
