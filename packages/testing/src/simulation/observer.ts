import type { Backend } from "./backend.ts";
import type { PushWatch } from "./gateway.ts";
import type { Link, LinkEvents } from "./link.ts";
import type { Plan } from "./plan.ts";
import type { World } from "./world.ts";

interface ObservedWorld extends Pick<World, "violated" | "wasStruck"> {
  readonly clock: Pick<World["clock"], "now">;
  readonly plan: Pick<Plan, "gateway" | "calm" | "users">;
}

/** A frame as far as the checks look at it. */
export interface SeenFrame {
  readonly type: string;
  readonly id?: string;
  readonly room?: string;
  readonly mid?: string;
  readonly epoch?: string;
  readonly seq?: number;
  readonly code?: string;
  readonly dup?: boolean;
  readonly from?: { readonly id: string };
}

/** Looks at everything on the wire while it happens. */
export interface Observer extends PushWatch, Pick<LinkEvents, "seen" | "sent"> {
  /** What the chat answers: an ack must tell what is stored. */
  answered(connectionId: string, replies: readonly string[]): void;
  /** The acks of what was stored just now, among some answers. */
  acks(replies: readonly string[]): readonly SeenFrame[];
  /** Who was in the room from before an append until its fan-out ended must have been tried. */
  checkFanOut(frame: SeenFrame, sender: string, since: number): Promise<void>;
  /** How many frames of a type clients have sent, `rate_limited` errors they got, or own messages. */
  count(type: string): number;
  /** How many sockets clients have sent something through. */
  readonly sockets: number;
  /** The longest that a pushed message was on its way, from its append to a client, in milliseconds. */
  readonly slowestMs: number;
}

const PRESENCE_MS = 500;
const PUSHED = ["message", "signal", "presence"];

/**
 * Creates an observer.
 *
 * @param isUp Whether the platform holds a connection.
 */
export function createObserver(
  world: ObservedWorld,
  backend: Pick<Backend, "log" | "storedAt" | "members" | "wasMember">,
  isUp: (connectionId: string) => boolean,
): Observer {
  const { violated, clock, plan } = world;
  const hasGroups = plan.gateway.groups;
  const counts = new Map<string, number>();
  const links = new Set<Link>();
  const attempts = new Map<string, Set<string>>();
  const told = new Map<string, number>(); // By connection and room: when it was last told that it has joined.
  const parse = createParser();
  const said = new Set<string>(); // By connection and mid.
  const presenceAt = new Map<string, number>(); // By connection and room.
  let slowestMs = 0;
  const add = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const keyOf = ({ room, epoch, seq }: SeenFrame) => `${epoch} ${seq} ${room}`;

  /** Changes of presence are pushed together; an answer to `who` has an id. */
  function checkWindow(link: Link, { room, id }: SeenFrame): void {
    const key = `${link.id} ${room}`;
    const before = presenceAt.get(key) ?? 0;
    if (id !== undefined) return;
    presenceAt.set(key, clock.now());
    const isSoon = clock.now() - before < PRESENCE_MS;
    // Each process has a window of its own, and pushes are late when there are faults.
    if (plan.calm && plan.gateway.host === "process" && isSoon)
      violated("calm", `presence herd in ${room}`);
  }

  /** Since when a member has to be pushed to; where there are groups, since it was told that it has joined. */
  function owedSince(connectionId: string, room: string, joinedAt: number): number {
    if (!hasGroups) return joinedAt;
    const toldAt = told.get(`${connectionId} ${room}`) ?? Number.POSITIVE_INFINITY;
    // A process that died in the middle of a leave took its sockets with it.
    const isLost = isLeaveCut() || !isUp(connectionId);
    // What was told before this join was of an earlier one, which a leave that overlapped with it has ended.
    return isLost || toldAt < joinedAt ? Number.POSITIVE_INFINITY : toldAt;
  }

  /** Whoever's leave was cut off may be a member without pushes until it joins again. */
  const isLeaveCut = () => world.wasStruck("groups.leave") || world.wasStruck("store.leave");

  function checkJoined(connectionId: string, { room = "" }: SeenFrame): void {
    told.set(`${connectionId} ${room}`, clock.now());
    if (backend.wasMember(connectionId, room)) return;
    violated("G9", `${connectionId} is told that it has joined ${room}, and never did`);
  }

  function checkAck({ room = "", epoch, seq = 0, mid }: SeenFrame): void {
    const stored = backend.log(room, epoch)[seq - 1];
    if (stored?.mid === mid) return;
    violated("G1", `${mid} is acked at ${seq} of ${room}, where there is ${stored?.mid}`);
  }

  /** What was pushed belongs to whom it reached. */
  function checkPush(link: Link, frame: SeenFrame): void {
    const { type, room = "", epoch = "", seq = 0, mid, from } = frame;
    if (!backend.wasMember(link.id, room)) {
      violated("G10", `${link.id} got a ${type} of ${room}, where it never was`);
    }
    if (type === "presence") checkWindow(link, frame);
    if (type !== "message") return;
    const isOwn = from?.id === plan.users[link.owner]?.token;
    if (isOwn && said.has(`${link.id} ${mid}`)) add("echo");
    const storedAt = backend.storedAt(room, epoch, seq) ?? Number.NEGATIVE_INFINITY;
    slowestMs = Math.max(slowestMs, clock.now() - storedAt);
  }

  return {
    attempted(connectionId, text) {
      for (const frame of parse(text)) {
        if (frame.type !== "message") continue;
        const key = keyOf(frame);
        const tried = attempts.get(key) ?? new Set();
        attempts.set(key, tried.add(connectionId));
      }
    },
    leftGroup(group, connectionId) {
      told.delete(`${connectionId} ${group.slice(group.indexOf(":") + 1)}`);
    },
    seen(link, text) {
      for (const frame of parse(text)) {
        const { type, code } = frame;
        if (code === "rate_limited") add(code);
        if (PUSHED.includes(type)) checkPush(link, frame);
      }
    },
    sent(link, text) {
      links.add(link);
      for (const { type, mid } of parse(text)) {
        add(type);
        if (mid !== undefined) said.add(`${link.id} ${mid}`);
      }
    },
    answered(connectionId, replies) {
      for (const text of replies) {
        for (const frame of parse(text)) {
          if (frame.type === "joined") checkJoined(connectionId, frame);
          if (frame.type === "ack" && frame.seq !== undefined) checkAck(frame);
        }
      }
    },
    acks(replies) {
      const acks: SeenFrame[] = [];
      for (const text of replies) {
        for (const frame of parse(text)) {
          if (frame.type === "ack" && frame.dup === false) acks.push(frame);
        }
      }
      return acks;
    },
    async checkFanOut(frame, sender, since) {
      const { room = "", seq } = frame;
      const tried = attempts.get(keyOf(frame));
      for (const { connectionId, since: joinedAt } of await backend.members(room)) {
        const isOwed = connectionId !== sender && owedSince(connectionId, room, joinedAt) < since;
        if (!isOwed || tried?.has(connectionId)) continue;
        violated("G9", `nobody tried to push ${seq} of ${room} to ${connectionId}`);
      }
    },
    count: (type) => counts.get(type) ?? 0,
    get sockets() {
      return links.size;
    },
    get slowestMs() {
      return slowestMs;
    },
  };
}

const PARSED = 200;

/** Parses texts; one that was parsed lately is known, since each goes to many and is looked at again. */
function createParser(): (text: string) => readonly SeenFrame[] {
  const known = new Map<string, readonly SeenFrame[]>();
  return (text) => {
    let frames = known.get(text);
    if (!frames) {
      const value: SeenFrame | SeenFrame[] = JSON.parse(text);
      frames = Array.isArray(value) ? value : [value];
      if (known.size > PARSED) known.clear();
      known.set(text, frames);
    }
    return frames;
  };
}
