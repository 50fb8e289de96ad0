import type { Entry } from "./frames.ts";
import type { Position } from "./message-types.ts";
import { deliver, type RoomCore } from "./room-core.ts";
import { repair, sync } from "./room-sync.ts";

const WINDOW = 256;
const PATIENCE_MS = 200;

/** Puts the messages of one room in order, whichever way they come. */
export interface Sequencer {
  insert(epoch: string, entry: Entry, backlog?: boolean): void;
  /** Moves the position without delivering what lies between. */
  moveTo(position: Position): void;
  /** Learns that there are messages up to `head`. */
  seen(head: number): void;
  /** Whether there are messages beyond the position. */
  behind(): boolean;
  stop(): void;
}

/**
 * Creates a sequencer without a position: it keeps messages aside until `moveTo` gives it one.
 *
 * @param r The room to deliver to.
 * @returns The sequencer.
 */
export function createSequencer(r: RoomCore): Sequencer {
  const aside = new Map<number, [string, Entry]>();
  const fresh = createFreshness();
  let known = 0;
  let cancel: (() => void) | undefined;
  const behind = () => known > (r.position?.seq ?? known);
  const stop = () => {
    cancel?.();
    cancel = undefined;
  };
  const drain = (backlog?: boolean) => {
    while (r.position) {
      const { epoch, seq } = r.position;
      const [found, entry] = aside.get(seq + 1) ?? [];
      if (!entry || found !== epoch) break;
      aside.delete(entry.seq);
      stop(); // The next gap has as much time as this one had.
      r.position = { epoch, seq: entry.seq };
      if (fresh(epoch, entry)) deliver(r, entry, epoch, backlog);
    }
    if (!behind() || r.busy) stop();
    else {
      cancel ??= r.context.setTimer(PATIENCE_MS, () => {
        cancel = undefined;
        void repair(r);
      });
    }
  };
  const insert = (epoch: string, entry: Entry, backlog?: boolean) => {
    const { position } = r;
    const { seq } = entry;
    const from = position?.seq ?? seq - aside.size - 1; // What comes before the join is kept as well.
    if (position && epoch !== position.epoch) sync(r);
    else if (seq > from) {
      if (seq <= from + 1 + WINDOW) aside.set(seq, [epoch, entry]);
      seen(seq, backlog);
    }
  };
  const seen = (head: number, backlog?: boolean) => {
    known = Math.max(known, head);
    drain(backlog);
  };
  return {
    insert,
    moveTo(to) {
      if (r.position) {
        aside.clear(); // What lies beyond is read again.
        if (to.epoch !== r.position.epoch) known = 0;
      }
      r.position = to;
      drain();
    },
    seen,
    behind,
    stop,
  };
}

/** A client that got no ack from a server that lost its log sends it again to the new log. */
function createFreshness(): (epoch: string, entry: Entry) => boolean {
  const recent = new Map<string, string>();
  return (epoch, { from, mid }) => {
    const key = `${mid} ${from?.id}`;
    if ((recent.get(key) ?? epoch) !== epoch) return false;
    recent.set(key, epoch);
    if (recent.size > WINDOW) recent.delete(recent.keys().next().value as string);
    return true;
  };
}
