import type { Meter } from "./ports.ts";
import type { Pusher, PusherGroups, PushResult } from "./pusher.ts";

/** The client's end of a connection in this process. */
export interface MemoryReceiver {
  /** Takes a WebSocket message; what it answers is the result of the push. (Default: "sent") */
  receive(text: string): PushResult | undefined;
  /** The server closed the connection. */
  close(code: number, reason: string): void;
}

/** Options of {@link createMemoryPusher}. */
export interface MemoryPusherOptions {
  /** Counts what would be requests to a gateway. (Default: nobody counts) */
  meter?: Meter | undefined;
  /** Fans out by itself, as some platforms do. (Default: false) */
  groups?: boolean;
}

/** A pusher to receivers in this process. */
export interface MemoryPusher extends Pusher {
  /** Connects a receiver; the answer disconnects it, after which pushes to it are `gone`. */
  attach(connectionId: string, receiver: MemoryReceiver): () => void;
}

/**
 * Creates a pusher without sockets.
 *
 * @param options Meter and manner of fan-out.
 * @returns A pusher that never rejects.
 */
export function createMemoryPusher(options: MemoryPusherOptions = {}): MemoryPusher {
  const { meter } = options;
  const receivers = new Map<string, MemoryReceiver>();

  function deliver(connectionId: string, text: string): PushResult {
    const receiver = receivers.get(connectionId);
    return receiver ? (receiver.receive(text) ?? "sent") : "gone";
  }

  const pusher: MemoryPusher = {
    attach(connectionId, receiver) {
      receivers.set(connectionId, receiver);
      return () => {
        if (receivers.get(connectionId) === receiver) receivers.delete(connectionId);
      };
    },
    async send(connectionId, text) {
      meter?.count("push");
      return deliver(connectionId, text);
    },
    async close(connectionId, code, reason) {
      meter?.count("push");
      const receiver = receivers.get(connectionId);
      receivers.delete(connectionId);
      receiver?.close(code, reason);
    },
  };
  return options.groups ? { ...pusher, groups: createGroups(deliver, meter) } : pusher;
}

function createGroups(
  deliver: (connectionId: string, text: string) => PushResult,
  meter: Meter | undefined,
): PusherGroups {
  const groups = new Map<string, Set<string>>();
  return {
    async join(group, connectionId) {
      const members = groups.get(group) ?? new Set();
      groups.set(group, members.add(connectionId));
    },
    async leave(group, connectionId) {
      const members = groups.get(group);
      members?.delete(connectionId);
      if (members?.size === 0) groups.delete(group);
    },
    async broadcast(group, text, { except = [] } = {}) {
      meter?.count("broadcast");
      let sent = 0;
      for (const connectionId of groups.get(group) ?? []) {
        if (!except.includes(connectionId) && deliver(connectionId, text) === "sent") sent++;
      }
      return sent;
    },
  };
}
