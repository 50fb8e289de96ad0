import { Buffer } from "node:buffer";
import type { Logger, Pusher, PusherGroups } from "@hubbub/core";
import {
  createTickQueue,
  type Group,
  type Peer,
  type PushTarget,
  type TickQueue,
} from "./tick-queue.ts";

/** Options of {@link createNodePusher}. */
export interface NodePusherOptions {
  /** A connection with more unread bytes is dropped with 1013. (Default: 1 MiB) */
  maxBufferedBytes?: number | undefined;
  /** A longer text is `too-large`, in bytes. (Default: no bound) */
  maxMessageBytes?: number | undefined;
  /** Told of every connection that is dropped. (Default: nobody) */
  logger?: Logger | undefined;
}

/** The pusher of one process, with the sockets that it holds. */
export interface NodePusher extends Pusher {
  readonly groups: PusherGroups;
  /** Adds a socket. `coalesces`: it speaks `hubbub.v1`, so that frames may share a message. */
  add(connectionId: string, target: PushTarget, coalesces: boolean): void;
  /** Forgets a socket and takes it out of its groups. */
  remove(connectionId: string): void;
  /** Writes everything that waits. It happens by itself at the end of the tick. */
  flush(): void;
}

const ONE_MIB = 1024 * 1024;
const MAX_UTF8_BYTES = 3; // Of one UTF-16 code unit.
const NOBODY: readonly string[] = [];

/**
 * Creates the pusher of one process. What is pushed in one tick leaves as one WebSocket message for
 * each connection, in the order of the calls, and is encoded once for all members of a group.
 *
 * @param options Bound of a connection's unread bytes, and where drops are reported.
 * @returns A pusher without sockets.
 */
export function createNodePusher(options: NodePusherOptions = {}): NodePusher {
  const { maxBufferedBytes = ONE_MIB, maxMessageBytes = Infinity, logger } = options;
  const isTooLarge = (text: string) =>
    text.length * MAX_UTF8_BYTES > maxMessageBytes && Buffer.byteLength(text) > maxMessageBytes;
  const peers = new Map<string, Peer>();
  const queue = createTickQueue((peer, batch) => {
    if (!peer.target.write(batch, maxBufferedBytes)) drop(peer);
  });
  const groups = createGroups(peers, queue, isTooLarge);

  function drop(peer: Peer): void {
    const bufferedBytes = peer.target.buffered();
    logger?.warn("dropped a connection that reads too slowly", { bufferedBytes });
    remove(peer.id);
    peer.target.close(1013, "reads too slowly");
  }

  function remove(connectionId: string): void {
    const peer = peers.get(connectionId);
    peers.delete(connectionId);
    if (peer) groups.leaveAll(peer);
  }

  return {
    groups,
    add(connectionId, target, coalesces) {
      const peer = { id: connectionId, target, coalesces, groups: new Set<Group>() };
      peers.set(connectionId, { ...peer, waiting: [], servedIn: 0 });
    },
    remove,
    flush: queue.flush,
    async send(connectionId, text) {
      const peer = peers.get(connectionId);
      if (!peer) return "gone";
      if (peer.target.buffered() > maxBufferedBytes) {
        drop(peer);
        return "throttled";
      }
      if (isTooLarge(text)) return "too-large";
      queue.toPeer(peer, text);
      return "sent";
    },
    async close(connectionId, code, reason) {
      const peer = peers.get(connectionId);
      if (!peer) return;
      queue.flush(); // What was pushed before arrives before.
      remove(connectionId);
      peer.target.close(code, reason);
    },
  };
}

function createGroups(
  peers: ReadonlyMap<string, Peer>,
  queue: TickQueue,
  isTooLarge: (text: string) => boolean,
): PusherGroups & { leaveAll(peer: Peer): void } {
  const groups = new Map<string, Group>();

  function groupOf(name: string): Group {
    const group = groups.get(name) ?? { name, members: new Set(), waiting: [] };
    groups.set(name, group);
    return group;
  }

  function remove(group: Group, peer: Peer): void {
    group.members.delete(peer);
    peer.groups.delete(group);
    if (group.members.size === 0) groups.delete(group.name);
  }

  return {
    async join(name, connectionId) {
      const peer = peers.get(connectionId);
      if (!peer) return;
      const group = groupOf(name);
      if (group.waiting.length > 0) queue.flush(); // It was pushed before this connection joined.
      group.members.add(peer);
      peer.groups.add(group);
    },
    async leave(name, connectionId) {
      const [group, peer] = [groups.get(name), peers.get(connectionId)];
      if (group && peer) remove(group, peer);
    },
    async broadcast(name, text, { except = NOBODY } = {}) {
      const group = groups.get(name);
      if (!group || isTooLarge(text)) return 0; // The log has it.
      const left = except.flatMap((id) => {
        const peer = peers.get(id);
        return peer && group.members.has(peer) ? [peer] : [];
      });
      queue.toGroup(group, text, left);
      return group.members.size - left.length;
    },
    leaveAll(peer) {
      for (const group of peer.groups) remove(group, peer);
    },
  };
}
