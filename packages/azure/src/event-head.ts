import type { EventRequest } from "./event-request.ts";

/** What an event of Web PubSub is about. */
export type EventKind = "connect" | "connected" | "disconnected" | "presence" | "message";

/** The headers of an event: a CloudEvent over HTTP, in binary mode. */
export interface EventHead {
  readonly kind: EventKind;
  /** Unique for its connection only. */
  readonly id: string;
  /** When it happened, in milliseconds since the Unix epoch. */
  readonly time: number;
  readonly hub: string;
  readonly connectionId: string;
  /** The name of a user event: a WebSocket without a subprotocol of the service only sends `message`. */
  readonly name: string;
  readonly contentType: string;
  readonly signature: string | null;
  readonly state: string | null;
  /** All that makes it this event and not another with the same id, but for its time, signature and body. */
  readonly identity: string;
}

const SYSTEM = "azure.webpubsub.sys.";
const USER = "azure.webpubsub.user.";
const GROUP_PRESENCE = "azure.webpubsub.gp.";
const MQTT = ["ce-physicalconnectionid", "ce-sessionid"];
const ID = /^[\x21-\x7e]{1,256}$/;

/**
 * Reads the headers of an event.
 *
 * @returns A problem, if it is no event that can be served.
 */
export function readEventHead({ headers }: EventRequest): EventHead | { problem: string } {
  const of = (name: string) => headers.get(name) ?? "";
  const [type, id, hub, connectionId] = ["type", "id", "hub", "connectionid"].map((name) =>
    of(`ce-${name}`),
  ) as [string, string, string, string];
  if (of("ce-specversion") !== "1.0") return { problem: "ce-specversion must be 1.0" };
  for (const [name, value] of Object.entries({ type, id, hub, connectionId })) {
    if (!ID.test(value)) return { problem: `ce-${name} is missing or wrong` };
  }
  if (MQTT.some((name) => headers.get(name) !== null)) {
    return { problem: "MQTT clients are not served" };
  }
  const time = Date.parse(of("ce-time"));
  if (Number.isNaN(time)) return { problem: "ce-time is missing or wrong" };
  const kind = kindOf(type);
  if (!kind) return { problem: "no event that is served" };
  const state = headers.get("ce-connectionstate");
  const contentType = of("content-type").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const identity = JSON.stringify([type, hub, of("ce-userid"), state, contentType]);
  const name = type.slice(USER.length);
  const signature = headers.get("ce-signature");
  return { kind, id, time, hub, connectionId, name, contentType, signature, state, identity };
}

function kindOf(type: string): EventKind | undefined {
  if (type.startsWith(USER)) return "message";
  if (type.startsWith(GROUP_PRESENCE)) return "presence";
  const name = type.startsWith(SYSTEM) ? type.slice(SYSTEM.length) : "";
  return name === "connect" || name === "connected" || name === "disconnected" ? name : undefined;
}
