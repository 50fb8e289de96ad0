import { createHmac } from "node:crypto";

export const KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH";
export const ENDPOINT = "https://chat.webpubsub.azure.com";

/** What an event is about. */
export interface EventOptions {
  /** The end of `ce-type`: `sys.connect`, `user.message`. */
  type: string;
  connectionId: string;
  id: number;
  state?: string | undefined;
}

/** The headers of an event, signed. */
export function eventHeaders(options: EventOptions): Record<string, string> {
  const { type, connectionId, id, state } = options;
  const isConnect = type === "sys.connect";
  return {
    "ce-specversion": "1.0",
    "ce-awpsversion": "1.0",
    "ce-type": `azure.webpubsub.${type}`,
    "ce-source": `/hubs/chat/client/${connectionId}`,
    "ce-id": String(id),
    "ce-time": new Date().toISOString(),
    "ce-hub": "chat",
    "ce-connectionId": connectionId,
    "ce-eventName": type.slice(type.indexOf(".") + 1),
    "ce-signature": `sha256=${createHmac("sha256", KEY).update(connectionId).digest("hex")}`,
    "content-type": isConnect ? "application/json; charset=utf-8" : "text/plain; charset=utf-8",
    "webhook-request-origin": new URL(ENDPOINT).host,
    ...(state !== undefined && { "ce-connectionState": state }),
  };
}
