import type { Meter, Pusher, PushResult } from "@hubbub/core";

/** A client as the test bed's gateway sees it. */
export interface BedSocket {
  receive(text: string): void;
  close(code: number, reason: string): void;
  /** What a push answers: `sent`, or how the gateway takes a socket that is dead. */
  state: "open" | "gone" | "silent";
}

/** The test bed's gateway. */
export interface BedGateway {
  readonly pusher: Pusher;
  readonly sockets: Map<string, BedSocket>;
}

/** Creates a gateway without sockets. */
export function createBedGateway({
  meter,
  broadcast,
}: {
  meter: Meter;
  broadcast: boolean;
}): BedGateway {
  const sockets = new Map<string, BedSocket>();
  const groups = new Map<string, Set<string>>();

  function deliver(connectionId: string, text: string): PushResult {
    const socket = sockets.get(connectionId);
    if (!socket || socket.state === "gone") return "gone";
    if (socket.state === "open") socket.receive(text);
    return "sent"; // Some platforms take what they send to the dead for sent.
  }

  const pusher: Pusher = {
    async send(connectionId, text) {
      meter.count("push");
      return deliver(connectionId, text);
    },
    async close(connectionId, code, reason) {
      meter.count("push");
      sockets.get(connectionId)?.close(code, reason);
    },
  };
  const fanOut: Required<Pick<Pusher, "groups">> = {
    groups: {
      async join(group, connectionId) {
        groups.set(group, (groups.get(group) ?? new Set()).add(connectionId));
      },
      async leave(group, connectionId) {
        groups.get(group)?.delete(connectionId);
      },
      async broadcast(group, text, { except = [] } = {}) {
        meter.count("broadcast");
        const receivers = [...(groups.get(group) ?? [])].filter((id) => !except.includes(id));
        return receivers.filter((id) => deliver(id, text) === "sent").length;
      },
    },
  };
  return { sockets, pusher: broadcast ? { ...pusher, ...fanOut } : pusher };
}
