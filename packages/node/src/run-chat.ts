import {
  type Chat,
  createHub,
  type EventDefinitions,
  type HubGateway,
  InvalidArgumentError,
  type User,
} from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import type { Health } from "./chat-server.ts";
import { drain } from "./drain.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { createNodePusher } from "./node-pusher.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/** A chat without its HTTP server. */
export interface RunningChat<E extends EventDefinitions> {
  readonly hub: HubGateway<E>;
  readonly upgrade: Gateway["upgrade"];
  health(): Health;
  /** Repeating it answers the same promise. */
  drain(): Promise<void>;
}

const TOMBSTONE_MS = 60_000; // Ids are never used twice here, and no event is repeated.
const MAX_MIN_AGE_MS = 60_000; // In one process no writer is paused for as long as a frozen function.

/** Connects a chat, its backend and the sockets of this process. */
export function runChat<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: ResolvedOptions,
): RunningChat<E> {
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  const { ports, maxBufferedBytes, drainMs, closeCode } = options;
  const pusher = createNodePusher({
    ...{ maxBufferedBytes, logger: ports.logger },
    maxMessageBytes: options.traffic?.maxMessageBytes,
  });
  const hub = createHub(chat, {
    ...ports,
    store: options.store ?? createMemoryConnectionStore({ ...ports, tombstoneMs: TOMBSTONE_MS }),
    log: options.log ?? createLog(chat, ports),
    pusher: options.backplane(pusher),
    maxAgeMs: options.maxAgeMs,
  });
  const gateway = createGateway(hub, pusher, options, chat.limits.maxBytes);
  let drained: Promise<void> | undefined;

  return {
    hub,
    upgrade: gateway.upgrade,
    health: () => ({
      status: drained !== undefined ? "draining" : "ok",
      connections: gateway.sessions.size,
    }),
    drain() {
      // With its store in this process, no other server knows the chat.
      drained ??= drain(gateway, pusher, {
        drainMs,
        closeCode,
        alone: options.store === undefined,
      });
      return drained;
    },
  };
}

function createLog(chat: Pick<Chat, "retention">, ports: ResolvedOptions["ports"]) {
  const minAgeMs = Math.min(chat.retention.minAgeMs, MAX_MIN_AGE_MS);
  return createMemoryRoomLog({ ...ports, retention: { ...chat.retention, minAgeMs } });
}
