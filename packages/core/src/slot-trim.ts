import type { Retention } from "./retention.ts";
import type { LogState } from "./room-log.ts";
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
