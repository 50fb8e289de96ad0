import { randomUUID } from "node:crypto";
import { isHandshake, type Upgrade } from "../../shared/handshake.ts";
import type { ConnectionIdentity, HubConnection } from "../hub.ts";
import { isGroupName } from "../hub-names.ts";
import { claimValues, type TokenClaims } from "../json-web-token.ts";
import { createPermissions } from "../permissions.ts";
import type { ResolvedWebPubSubOptions } from "../resolve-web-pubsub-options.ts";
import {
  type ConnectAnswer,
  createConnectBody,
  readConnectAnswer,
} from "../upstream/connect-event.ts";
import { createCookies } from "../upstream/cookies.ts";
import type { EventDispatcher } from "../upstream/event-dispatcher.ts";
import { createUpstreamEvent, type EventSettings } from "../upstream/upstream-event.ts";
import { goodAnswer, keepState } from "../upstream/user-events.ts";
import { type ClientRequest, readClientClaims, readClientRequest } from "./client-request.ts";
import type { SessionParts, TargetGroup } from "./client-session.ts";
import { firstServed, protocolOf, refuseSubprotocol } from "./subprotocols.ts";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

/** A client that may come in: what its session begins with. */
export type Admission = SessionParts;

/** A reliable client that wants its connection back. */
export interface RecoveryRequest extends ClientRequest {
  connectionId: string;
  token: string;
}

type Settings = EventSettings &
  Pick<ResolvedWebPubSubOptions, "hubs" | "clock"> & { endpoint: string };

const NO_USER = {
  status: 401,
  message: "The connect handler named no user for an anonymous client",
};
const CONTENT_TYPE = "application/json; charset=utf-8";

/** Creates the function that decides on an upgrade request, with the `connect` event if a handler takes it. */
export function createClientArrival(
  settings: Settings,
  dispatcher: EventDispatcher,
): (upgrade: Upgrade) => Promise<Admission | RecoveryRequest | UpgradeRefusal> {
  const { hubs, clock, keys, endpoint } = settings;

  async function askHandler(
    [request]: Upgrade,
    asked: ClientRequest,
    claims: TokenClaims,
    connection: ConnectionIdentity & Pick<HubConnection, "state" | "cookies">,
  ): Promise<ConnectAnswer | UpgradeRefusal> {
    const body = createConnectBody(request, asked.query, claims, asked.subprotocols);
    const parts = { connection, kind: "sys", name: "connect", id: 0, body } as const;
    const event = createUpstreamEvent(
      settings,
      { ...parts, contentType: CONTENT_TYPE },
      clock.now(),
    );
    const outcome = await dispatcher.dispatch(event);
    if (outcome.type === "no-handler") return {};
    if (outcome.type === "failed") return { status: 500, message: outcome.reason };
    const good = goodAnswer(outcome);
    if (!good) {
      const status = outcome.status >= 400 ? outcome.status : 500;
      return { status, message: `The connect handler answered ${outcome.status}` };
    }
    keepState(connection, outcome);
    const answer = readConnectAnswer(good.body);
    if (!answer) return { status: 500, message: "The connect handler's answer is no valid one" };
    return refuseSubprotocol([answer.subprotocol?.trim() ?? ""]) ?? answer;
  }

  async function admitNew(
    upgrade: Upgrade,
    asked: ClientRequest,
  ): Promise<Admission | UpgradeRefusal> {
    const anonymous = hubs.get(asked.hub)?.anonymous ?? false;
    const now = clock.now();
    const read = readClientClaims(upgrade[0], asked, { keys, endpoint, anonymous, now });
    if ("status" in read) return read;
    const mode = readMode(asked);
    if ("status" in mode) return mode;
    const refusal = refuseSubprotocol(asked.subprotocols);
    if (refusal) return refusal;

    const id = randomUUID().replaceAll("-", "");
    const userId = claimValues(read.claims, "sub")[0];
    const connection = { state: undefined, cookies: createCookies() };
    const identity = { id, hub: asked.hub, userId, subprotocol: undefined, ...connection };
    const answer = await askHandler(upgrade, asked, read.claims, identity);
    if ("status" in answer) return answer;
    const admission = admit(asked, read.claims, identity, answer, mode.target);
    // The service leaves it to the handler to say who a client without a token is.
    const unknown = admission.userId === undefined && Object.keys(read.claims).length === 0;
    return unknown && dispatcher.takes(asked.hub, "sys", "connect") ? NO_USER : admission;
  }

  return async (upgrade) => {
    const [request] = upgrade;
    if (!isHandshake(request)) return { status: 400, message: "This is no WebSocket handshake" };
    const asked = readClientRequest(request);
    if ("status" in asked) return asked;
    const connectionId = asked.query.get("awps_connection_id");
    const token = asked.query.get("awps_reconnection_token") ?? "";
    return connectionId ? { ...asked, connectionId, token } : admitNew(upgrade, asked);
  };
}

function admit(
  { subprotocols }: ClientRequest,
  claims: TokenClaims,
  identity: ConnectionIdentity & Pick<HubConnection, "state" | "cookies">,
  answer: ConnectAnswer,
  target: TargetGroup | undefined,
): Admission {
  const userId = (answer.userId ?? identity.userId) || undefined;
  const subprotocol = answer.subprotocol?.trim() || firstServed(subprotocols);
  const groups = answer.groups?.length ? answer.groups : claimValues(claims, "webpubsub.group");
  return {
    ...{ ...identity, userId, subprotocol, target, nextEventId: 1 },
    protocol: protocolOf(subprotocol),
    permissions: createPermissions(answer.roles ?? claimValues(claims, "role")),
    groups: new Set(groups),
  };
}

/** The mode of a simple client: its messages are events, or go to a group. Of several the last counts. */
function readMode({
  query,
  subprotocols,
}: ClientRequest): { target: TargetGroup | undefined } | UpgradeRefusal {
  const last = (name: string) => query.getAll(name).at(-1) ?? "";
  const mode = last("webpubsub_mode").toLowerCase() || "sendevent";
  if (mode === "sendevent" || firstServed(subprotocols) !== undefined) return { target: undefined };
  if (mode !== "sendtogroup") return { status: 400, message: "The webpubsub_mode is not known" };
  const group = last("group");
  if (!isGroupName(group)) return { status: 400, message: "The group has no valid name" };
  return { target: { group, noEcho: last("noEcho").toLowerCase() === "true" } };
}
