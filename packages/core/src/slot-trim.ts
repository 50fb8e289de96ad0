import type { Retention } from "./retention.ts";
import type { LogPage, LogState, StoredEntry } from "./room-log.ts";
import type { SlotStore } from "./slot-store.ts";

const PAGE = 256;

/** Deletes the oldest slots that retention no longer keeps and that no paused writer can hit. */
export async function trimSlots(
  slots: SlotStore,
  room: string,
  state: LogState,
  retention: Retention,
  freeableBefore: number,
  now: number,
): Promise<void> {
  if (!slots.trim) return;
  const { oldest } = await slots.state(room);
  const page = await slots.read(room, state.epoch, { after: oldest - 1, limit: PAGE });
  let upTo = 0;
  for (const { seq, ts } of page) {
    const kept = seq > state.head - retention.maxEntries && ts > now - retention.maxAgeMs;
    // The newest stays, so that the log never looks unborn.
    if (kept || ts > freeableBefore || seq >= state.head) break;
    upTo = seq;
  }
  if (upTo > 0) await slots.trim(room, state.epoch, upTo);
}

/** A state as readers may see it: slots beyond `maxEntries` may still be there, to recognise retries. */
export function visibleState(state: LogState, { maxEntries }: Retention): LogState {
  const { epoch, head } = state;
  return { epoch, oldest: Math.max(state.oldest, head - maxEntries + 1), head };
}

/** A page as readers may see it: nothing over age, contiguous from `after + 1` or empty. */
export function visiblePage(
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
  const whole = first === 0 && after + 1 >= oldest && slots[0]?.seq === after + 1;
  const hole = slots.findIndex((slot, index) => slot.seq !== after + 1 + index);
  return { ...visible, entries: whole ? slots.slice(0, hole < 0 ? undefined : hole) : [] };
}
