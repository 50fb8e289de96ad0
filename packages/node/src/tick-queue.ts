import type { Buffer } from "node:buffer";
import { encodeTexts } from "./text-frames.ts";

/** One text on its way. */
interface Push {
  /** Counts all pushes, so that those to a connection and to its groups can be merged in order. */
  readonly order: number;
  readonly text: string;
  readonly except: readonly Peer[];
}

/** What leaves for one connection, or for many: as texts, and as the wire wants them. */
interface Batch {
  /** Oldest first. */
  readonly texts: readonly string[];
  /** The same as whole WebSocket messages. */
  readonly bytes: Buffer;
}

/** The part of a socket that pushing needs. */
export interface PushTarget {
  /**
   * Writes a batch, in one go; does nothing once the socket is closing.
   *
   * @returns False if more than `maxBufferedBytes` were waiting already: nothing was written.
   */
  write(batch: Batch, maxBufferedBytes: number): boolean;
  /** Bytes handed over and not yet taken by the network. */
  buffered(): number;
  /** Begins to close the socket. MUST NOT throw. */
  close(code: number, reason: string): void;
}

/** A connection that can be pushed to. */
export interface Peer {
  readonly id: string;
  readonly target: PushTarget;
  /** True for `hubbub.v1`, where frames may share a message. */
  readonly coalesces: boolean;
  readonly groups: Set<Group>;
  /** What waits for this connection alone. */
  waiting: Push[];
  /** The last flush that wrote a piece of its own for it, not its group's. */
  servedIn: number;
}

/** Connections that are pushed to together. */
export interface Group {
  readonly name: string;
  readonly members: Set<Peer>;
  waiting: Push[];
}

/** Collects what is pushed in one tick. */
export interface TickQueue {
  toPeer(peer: Peer, text: string): void;
  toGroup(group: Group, text: string, except: readonly Peer[]): void;
  /** Delivers all that waits. It happens by itself at the end of the tick. */
  flush(): void;
}

const NOBODY: readonly Peer[] = [];
const MAX_WAITING_CHARS = 1024 * 1024; // Memory stays bounded within a tick, too.

/**
 * Creates an empty queue. For each connection, what was pushed in one tick is delivered as one piece,
 * in the order of the calls. All members of a group share one piece, encoded once, but those that
 * were left out of a part of it or have something of their own waiting.
 *
 * @param deliver Called for each connection at most once a flush, but more often for one that has
 * nothing of its own and several groups.
 */
export function createTickQueue(deliver: Deliver): TickQueue {
  let peers: Peer[] = [];
  let groups: Group[] = [];
  let order = 0;
  let waitingChars = 0;
  let scheduled = false;
  let flushes = 0;

  function note(text: string): void {
    waitingChars += text.length;
    if (waitingChars > MAX_WAITING_CHARS) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      // The check phase comes after all reads of this turn of the event loop, so that what many
      // senders caused leaves together. A microtask would come after each read.
      setImmediate(flush);
    }
  }

  function flush(): void {
    scheduled = false;
    flushes += 1;
    const [fromPeers, fromGroups] = [peers, groups];
    peers = [];
    groups = [];
    waitingChars = 0;
    const own = new Set([...fromPeers, ...fromGroups.flatMap(exceptions)]);
    for (const peer of own) deliverOwn(peer, flushes, deliver);
    for (const group of fromGroups) deliverToGroup(group, flushes, deliver);
    for (const peer of fromPeers) peer.waiting = [];
    for (const group of fromGroups) group.waiting = [];
  }

  return {
    toPeer(peer, text) {
      if (peer.waiting.length === 0) peers.push(peer);
      order += 1;
      peer.waiting.push({ order, text, except: NOBODY });
      note(text);
    },
    toGroup(group, text, except) {
      if (group.waiting.length === 0) groups.push(group);
      order += 1;
      group.waiting.push({ order, text, except });
      note(text);
    },
    flush,
  };
}

/** All that waits for a connection, its own and its groups', in order. */
function textsFor(peer: Peer): string[] {
  const pushes = [...peer.waiting];
  for (const group of peer.groups) {
    for (const push of group.waiting) if (!push.except.includes(peer)) pushes.push(push);
  }
  return pushes.sort((a, b) => a.order - b.order).map(({ text }) => text);
}

function exceptions({ waiting }: Group): readonly Peer[] {
  return waiting.flatMap(({ except }) => except);
}

type Deliver = (peer: Peer, batch: Batch) => void;

/** Delivers what is for this connection, its groups' part in it. */
function deliverOwn(peer: Peer, flush: number, deliver: Deliver): void {
  peer.servedIn = flush;
  const texts = textsFor(peer);
  if (texts.length > 0) deliver(peer, encode(texts, peer.coalesces));
}

/** Delivers the same bytes to all others. Its loop is the hot one: it touches as little as it can. */
function deliverToGroup({ members, waiting }: Group, flush: number, deliver: Deliver): void {
  const texts = waiting.map(({ text }) => text);
  let coalesced: Batch | undefined;
  let plain: Batch | undefined;
  for (const peer of members) {
    if (peer.servedIn === flush) continue;
    if (peer.coalesces) {
      coalesced ??= encode(texts, true);
      deliver(peer, coalesced);
    } else {
      plain ??= encode(texts, false);
      deliver(peer, plain);
    }
  }
}

function encode(texts: readonly string[], coalesces: boolean): Batch {
  return { texts, bytes: encodeTexts(texts, coalesces) };
}
