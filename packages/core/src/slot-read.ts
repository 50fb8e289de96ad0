import { UnavailableError } from "./errors.ts";
import type { Clock } from "./ports.ts";
import type { Retention } from "./retention.ts";
import type { LogPage, LogState, StoredEntry } from "./room-log.ts";
import type { SlotStore } from "./slot-store.ts";
import { visibleState } from "./slot-trim.ts";

const MAX_READS = 3;

/**
 * Reads a part of a log, as readers may see it.
 *
 * @param refresh Reads where the log begins and ends.
 * @throws UnavailableError if slots that must be there are not listed, however often they are read:
 * an empty page would tell the reader that they are lost.
 */
export async function readSlots(
  parts: { slots: SlotStore; retention: Retention; clock: Pick<Clock, "now"> },
  room: string,
  { after, limit }: { after: number; limit: number },
  refresh: () => Promise<LogState>,
): Promise<LogPage> {
  const { slots, retention, clock } = parts;
  const from = Math.max(0, after);
  for (let reads = 0; reads < MAX_READS; reads++) {
    const state = await refresh();
    if (from >= state.head || limit <= 0) return { ...visibleState(state, retention), entries: [] };
    const found = await slots.read(room, state.epoch, { after: from, limit });
    // What was appended between the two reads is in the page, so the head is at least there.
    const head = Math.max(state.head, found.at(-1)?.seq ?? 0);
    const page = visiblePage({ ...state, head }, found, from, retention, clock.now());
    if (page.entries.length > 0 || from + 1 < page.oldest) return page;
  }
  throw new UnavailableError(`the entries after ${from} are not listed, though they are kept`);
}

/** A page as readers may see it: nothing over age, contiguous from `after + 1` or empty. */
function visiblePage(
  state: LogState,
  slots: readonly StoredEntry[],
  after: number,
  retention: Retention,
  now: number,
): LogPage {
  const { epoch, oldest, head } = visibleState(state, retention);
  let first = 0;
  while ((slots[first]?.ts ?? now) <= now - retention.maxAgeMs) first++;
  const tooOld = slots[first - 1]?.seq ?? 0;
  const visible: LogState = { epoch, oldest: Math.max(oldest, tooOld + 1), head };
  const whole = first === 0 && after + 1 >= oldest;
  const hole = slots.findIndex((slot, index) => slot.seq !== after + 1 + index);
  return { ...visible, entries: whole ? slots.slice(0, hole < 0 ? undefined : hole) : [] };
}
