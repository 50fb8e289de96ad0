import type { Pusher } from "@hubbub/core";
import type { PushedConnection, PusherUnderTest } from "../src/contracts/pusher-kit.ts";

/** A pusher to clients in the same tick, with groups and a limit. */
export function createFakePusher(maxBytes: number): PusherUnderTest {
  const clients = new Map<string, string[]>();
  const groups = new Map<string, Set<string>>();
  const closed = new Map<string, { code: number; reason: string }>();
  const bytes = (text: string) => encodeURIComponent(text).replace(/%../g, "x").length;
  let connected = 0;

  const pusher: Pusher = {
    async send(connectionId, text) {
      if (bytes(text) > maxBytes) return "too-large";
      const inbox = clients.get(connectionId);
      inbox?.push(text);
      return inbox ? "sent" : "gone";
    },
    async close(connectionId, code, reason) {
      if (clients.delete(connectionId)) closed.set(connectionId, { code, reason });
    },
    groups: {
      async join(group, connectionId) {
        groups.set(group, (groups.get(group) ?? new Set()).add(connectionId));
      },
      async leave(group, connectionId) {
        groups.get(group)?.delete(connectionId);
      },
      async broadcast(group, text, { except = [] } = {}) {
        const members = [...(groups.get(group) ?? [])].filter((id) => !except.includes(id));
        const reached = members.filter((id) => clients.get(id)?.push(text));
        return reached.length;
      },
    },
  };

  return {
    pusher,
    async connect(): Promise<PushedConnection> {
      const connectionId = `c${connected++}`;
      const inbox: string[] = [];
      clients.set(connectionId, inbox);
      return {
        connectionId,
        received: () => inbox,
        drop: () => void clients.delete(connectionId),
        closed: () => closed.get(connectionId),
      };
    },
  };
}
