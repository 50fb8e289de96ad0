import type { Link, Platform } from "./link.ts";
import type { ChaosUser } from "./user.ts";
import type { World } from "./world.ts";

interface Frame {
  readonly type: string;
  readonly room?: string;
  readonly mid?: string;
}

/** Looks at everything on the wire. */
export interface Watch extends Pick<Platform, "seen" | "sent"> {
  /** Without faults nothing is repaired, repeated or opened again. */
  checkCalm(users: readonly ChaosUser[]): void;
}

const PUSHED = ["message", "signal", "presence"];
const parse = (text: string): Frame[] => [JSON.parse(text)].flat();

/** Creates an observer that knows who may hear of which room. */
export function createWatch({ violations, plan }: World): Watch {
  const counts = new Map<string, number>();
  const links = new Set<Link>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const mayHear = ({ owner }: Link, room: string) => {
    if (room.startsWith("@"))
      return owner > 0 && room === (owner > 1 && !plan.twins ? "@eve" : "@bob");
    return room === "lobby" || owner < 2;
  };
  return {
    seen(link, text) {
      for (const { type, room = "" } of parse(text)) {
        if (PUSHED.includes(type) && !mayHear(link, room)) {
          violations.push(`${link.id} got a ${type} of ${room}`);
        }
      }
    },
    sent(link, text) {
      links.add(link);
      for (const { type } of parse(text)) count(type);
    },
    checkCalm(users) {
      const sent = (type: string) => counts.get(type) ?? 0;
      const attempts = users.flatMap((user) => user.attempts);
      // The first to an inbox is told the position, and comes again.
      const inboxes = new Set(
        attempts.filter(({ room }) => room.startsWith("@")).map(({ user }) => user),
      );
      const most = attempts.length + (plan.twins ? 2 : inboxes.size);
      if (sent("publish") > most)
        violations.push(`${sent("publish")} publishes instead of ${most}`);
      if (sent("history") > 0) violations.push(`${sent("history")} history requests`);
      if (links.size !== users.length) violations.push(`${links.size} sockets`);
    },
  };
}
