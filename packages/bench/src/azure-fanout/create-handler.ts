import { createEventHandler, type EventHandler, type WebPubSubClientLike } from "@hubbub/azure";
import {
  type ConnectionStore,
  defineChat,
  type Meter,
  type RoomLog,
  type Schema,
} from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import * as z from "zod/mini";
import { systemPorts } from "../system-ports.ts";
import { ENDPOINT, KEY } from "./event-request.ts";

type Events = { readonly say: { readonly data: Schema<{ text: string }> } };

const unlimited = { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
const nothing = async () => undefined;

/** A service that takes everything at once. */
const client: WebPubSubClientLike = {
  group: () => ({ addConnection: nothing, removeConnection: nothing, sendToAll: nothing }),
  sendToConnection: nothing,
  closeConnection: nothing,
};

/** Creates a handler over memory, or over a log of your own; its service costs nothing. */
export function createHandler({ meter, log }: { meter?: Meter; log?: RoomLog } = {}): {
  handler: EventHandler<Events>;
  store: ConnectionStore;
} {
  const chat = defineChat<Events>({
    events: { say: { data: z.object({ text: z.string() }) } },
    presence: false,
    leaseMs: 3_600_000,
    limits: { connectionRate: unlimited, userRate: unlimited },
  });
  const ports = { ...systemPorts(), meter };
  const store = createMemoryConnectionStore(ports);
  const handler = createEventHandler(chat, {
    hub: "chat",
    connectionString: `Endpoint=${ENDPOINT};AccessKey=${KEY};Version=1.0;`,
    ...{ client, store, log: log ?? createMemoryRoomLog(ports), meter },
  });
  return { handler, store };
}
