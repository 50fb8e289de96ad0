import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { ConnectionIdentity, HubConnection } from "../hub.ts";
import { type Metadata, metadataHeaders } from "../metadata.ts";

/** An event for a hub's handler: all that its tries and retries have in common. */
export interface UpstreamEvent {
  readonly connection: ConnectionIdentity;
  readonly kind: "sys" | "user";
  readonly name: string;
  /** `ce-id` */
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What an event is made of. */
export interface EventParts {
  connection: ConnectionIdentity & Pick<HubConnection, "state" | "cookies">;
  kind: "sys" | "user";
  name: string;
  id: number;
  contentType: string;
  body: Buffer;
  metadata?: Metadata | undefined;
}

/** What all events have in common. */
export interface EventSettings {
  /** The keys that sign the connection's id. */
  keys: readonly string[];
  /** `WebHook-Request-Origin` */
  origin: string;
}

/**
 * Creates an event in the binary mode of CloudEvents over HTTP.
 *
 * @param now Current time, in milliseconds since the Unix epoch.
 */
export function createUpstreamEvent(
  { keys, origin }: EventSettings,
  { connection, kind, name, id, contentType, body, metadata }: EventParts,
  now: number,
): UpstreamEvent {
  const optional = [
    ["ce-userId", connection.userId && encodeHeader(connection.userId)],
    ["ce-subprotocol", connection.subprotocol],
    ["ce-connectionState", connection.state],
    ["Cookie", connection.cookies.header()],
  ].filter(([, value]) => value !== undefined);
  const headers = {
    "WebHook-Request-Origin": origin,
    "Content-Type": contentType,
    "ce-specversion": "1.0",
    "ce-awpsversion": "1.0", // Not in the documentation, but handlers of the SDK ask for it.
    "ce-type": `azure.webpubsub.${kind}.${name}`,
    "ce-source": `/hubs/${connection.hub}/client/${connection.id}`,
    "ce-id": String(id),
    "ce-time": new Date(now).toISOString().replace(/\.\d+Z$/, "Z"),
    "ce-signature": keys.map((key) => `sha256=${sign(connection.id, key)}`).join(","),
    "ce-connectionId": connection.id,
    "ce-hub": connection.hub,
    "ce-eventName": name,
    ...Object.fromEntries(optional),
    ...metadataHeaders(metadata),
  };
  return { connection, kind, name, id, headers, body };
}

function sign(connectionId: string, key: string): string {
  return createHmac("sha256", key).update(connectionId).digest("hex");
}

/** A header goes out as the bytes of UTF-8, whose characters are Latin-1 here; it holds no lines. */
function encodeHeader(text: string): string {
  const isLine = [...text].every((char) => char >= " " && char !== "\x7f");
  return isLine ? Buffer.from(text).toString("latin1") : encodeURIComponent(text);
}
