import { createHmac } from "node:crypto";

export const KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";
export const SECONDARY_KEY = "secondary-key";
export const HOST = "chat.webpubsub.azure.com";
export const CONNECTION_STRING: string = `Endpoint=https://${HOST};AccessKey=${KEY};Version=1.0;`;

/** `ce-signature` as the service makes it. */
export function sign(connectionId: string, ...keys: string[]): string {
  const values = (keys.length > 0 ? keys : [KEY, SECONDARY_KEY]).map(
    (key) => `sha256=${createHmac("sha256", key).update(connectionId).digest("hex")}`,
  );
  return values.join(",");
}

/** What is different about an event. */
export interface EventChanges {
  /** `connect`, `connected`, `disconnected`, else the name of a user event. (Default: `message`) */
  name?: string;
  connectionId?: string;
  id?: string | number;
  body?: string | Uint8Array<ArrayBuffer> | object;
  contentType?: string;
  state?: string | undefined;
  /** Headers to add, or with undefined to take away. */
  headers?: Record<string, string | undefined>;
  url?: string;
}

const SYSTEM = ["connect", "connected", "disconnected"];

/** An event, as the service sends it. */
export function createEvent(time: string, changes: EventChanges): Request {
  const { name = "message", connectionId = "conn-1", id = 1, body = "", state } = changes;
  const isSystem = SYSTEM.includes(name);
  const isJson = typeof body === "object" && !(body instanceof Uint8Array);
  const { contentType = isJson && isSystem ? "application/json; charset=utf-8" : "text/plain" } =
    changes;
  const headers: Record<string, string | undefined> = {
    "ce-specversion": "1.0",
    "ce-awpsversion": "1.0",
    "ce-type": `azure.webpubsub.${isSystem ? "sys" : "user"}.${name}`,
    "ce-source": `/hubs/chat/client/${connectionId}`,
    "ce-id": String(id),
    "ce-time": time,
    "ce-hub": "chat",
    "ce-connectionId": connectionId,
    "ce-eventName": name,
    "ce-signature": sign(connectionId),
    "ce-connectionState": state,
    "content-type": contentType,
    "webhook-request-origin": HOST,
    ...changes.headers,
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]);
  return new Request(changes.url ?? "https://app.example/api/chat/message", {
    method: "POST",
    headers: Object.fromEntries(given),
    body: isJson ? JSON.stringify(body) : body,
  });
}
