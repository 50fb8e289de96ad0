import { Buffer } from "node:buffer";
import { createHandshake, type Upgrade } from "../../shared/handshake.ts";
import type { Hub } from "../hub.ts";
import type { ResolvedWebPubSubOptions } from "../resolve-web-pubsub-options.ts";
import type { EventDispatcher } from "../upstream/event-dispatcher.ts";
import { createUpstreamEvent, type EventSettings } from "../upstream/upstream-event.ts";
import { type Admission, createClientArrival, type RecoveryRequest } from "./client-arrival.ts";
import { type ClientSession, createClientSession, type SessionHost } from "./client-session.ts";
import { CLOSE } from "./client-transport.ts";
import { isReconnectionToken, issueReconnectionToken } from "./reconnection-token.ts";
import { refuseUpgrade } from "./upgrade-refusal.ts";

/** How long a client's message may be, in bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

const CONTENT_TYPE = "application/json; charset=utf-8";

type Settings = EventSettings & { endpoint: string } & Pick<
    ResolvedWebPubSubOptions,
    "hubs" | "clock" | "accessKey" | "keepAliveIntervalMs" | "recoveryWindowMs" | "trace"
  >;

/** The clients' WebSockets. */
export interface ClientSockets {
  /** Takes an upgrade request. */
  takeIn(upgrade: Upgrade): Promise<void>;
  /** Takes nobody in any more, and tells no handler. */
  stop(): void;
}

/** Creates what lets clients in, gives reliable ones their connection back, and tells handlers of both ends. */
export function createClientSockets(
  settings: Settings,
  hubOf: (name: string) => Hub,
  dispatcher: EventDispatcher,
  messages: Pick<SessionHost, "onMessage" | "whenHandled">,
): ClientSockets {
  const { clock, accessKey, keepAliveIntervalMs, recoveryWindowMs, trace } = settings;
  const arrive = createClientArrival(settings, dispatcher);
  const handshake = createHandshake(MAX_MESSAGE_BYTES);
  const notify = createNotifications(settings, dispatcher);
  const sessions = new Map<string, ClientSession>();
  const host: SessionHost = {
    ...{ ...messages, clock, keepAliveIntervalMs, recoveryWindowMs, onEnd },
    issueReconnectionToken: (id) => issueReconnectionToken(id, accessKey, clock.now()),
  };
  let stopped = false;

  function onEnd(session: ClientSession, reason: string): void {
    sessions.delete(session.id);
    hubOf(session.hub).remove(session);
    if (stopped) return;
    trace(`closed ${describe(session)}: ${reason}`);
    void notify(session, "disconnected", { reason });
  }

  function enter(admission: Admission, upgrade: Upgrade): void {
    const session = createClientSession(admission, host);
    const ws = handshake(upgrade, admission.subprotocol);
    // The client left while its handler was asked.
    if (!ws) {
      session.close("The client left during the handshake");
      return;
    }
    sessions.set(session.id, session);
    hubOf(session.hub).add(session);
    trace(`opened ${describe(session)} ${session.subprotocol ?? "simple"}`);
    session.attach(ws);
    void notify(session, "connected", {});
  }

  function recover({ hub, connectionId, token, subprotocols }: RecoveryRequest, upgrade: Upgrade) {
    const session = sessions.get(connectionId);
    const right = isReconnectionToken(token, connectionId, accessKey, clock.now());
    const known = session?.protocol === "reliable" && session.hub === hub && right;
    const ws = handshake(upgrade, session?.subprotocol ?? subprotocols[0]);
    if (!ws) return;
    ws.on("error", () => undefined);
    if (session && known) {
      trace(`recovered ${describe(session)}`);
      session.attach(ws);
    } else {
      // Refused after the handshake: a client takes only a close code for a final word.
      ws.close(CLOSE.policy, "The connection cannot be recovered");
    }
  }

  return {
    async takeIn(upgrade) {
      const [request, socket] = upgrade;
      const result = await arrive(upgrade);
      if (stopped) return;
      if ("status" in result) {
        trace(`refused ${pathOf(request.url)}: ${result.status} ${result.message}`);
        refuseUpgrade(socket, result);
      } else if ("token" in result) recover(result, upgrade);
      else enter(result, upgrade);
    },
    stop() {
      stopped = true;
    },
  };
}

/** Creates the function that sends the events whose answers nobody waits for. */
function createNotifications(settings: Settings, dispatcher: EventDispatcher) {
  return async (session: ClientSession, name: "connected" | "disconnected", body: object) => {
    const id = session.nextEventId++;
    const parts = { connection: session, kind: "sys", name, id } as const;
    const content = { contentType: CONTENT_TYPE, body: Buffer.from(JSON.stringify(body)) };
    const event = createUpstreamEvent(settings, { ...parts, ...content }, settings.clock.now());
    await dispatcher.dispatch(event);
  };
}

function describe({ hub, id, userId }: ClientSession): string {
  return `${hub} ${id}${userId === undefined ? "" : ` (${userId})`}`;
}

/** The query holds the access token. */
function pathOf(url = "/"): string {
  return url.split("?", 1)[0] ?? "/";
}
