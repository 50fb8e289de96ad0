import type { Hub, HubConnection } from "./hub.ts";
import type { HubMessage, Payload } from "./hub-message.ts";

/** What a client says to a group. */
export interface ClientMessage {
  payload: Payload;
  ttlSeconds: number;
  /** True: the sender does not get it. */
  noEcho: boolean;
}

/** Sends a message to those of the connections that `wants` lets through. */
export function sendTo(
  connections: readonly HubConnection[],
  message: HubMessage,
  wants: (connection: HubConnection) => boolean,
): void {
  for (const connection of connections.filter(wants)) connection.deliver(message);
}

/** Sends what a client says to a group. */
export function sendFromClient(
  hub: Hub,
  sender: HubConnection,
  group: string,
  { payload, ttlSeconds, noEcho }: ClientMessage,
): void {
  const message = { ...payload, ttlSeconds, group, fromUserId: sender.userId };
  sendTo(hub.inGroup(group), message, (connection) => !(noEcho && connection.id === sender.id));
}
