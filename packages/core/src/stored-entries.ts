import type { LogEntry, StoredEntry } from "./room-log.ts";
import { isLogEntry } from "./stored-shapes.ts";

/** A slot of a log, and whatever lies in it. */
export interface FoundSlot {
  readonly seq: number;
  readonly value: unknown;
}

/** Takes the place of an entry that can't be read: without it, everybody would wait at its seq. */
const UNREADABLE: Omit<LogEntry, "ts"> = { mid: "", event: "", data: null, digest: "" };

/**
 * Makes the entries of a log of what was found in its slots. In place of one that can't be read stands an
 * empty one that clients show nothing of, as young as the next one, so that it is freed no sooner.
 *
 * @param slots Ascending.
 * @param now How young an unreadable one is after which there is none, in milliseconds since the Unix epoch.
 * @param distrust Is told of the seqs that can't be read.
 */
export function toStoredEntries(
  slots: readonly FoundSlot[],
  now: number,
  distrust: (seq: number) => void,
): StoredEntry[] {
  const entries: StoredEntry[] = [];
  let ts = now;
  for (const { seq, value } of slots.toReversed()) {
    const isEntry = isLogEntry(value);
    if (isEntry) ts = value.ts;
    else distrust(seq);
    entries.push({ ...(isEntry ? value : { ...UNREADABLE, ts }), seq });
  }
  return entries.reverse();
}
