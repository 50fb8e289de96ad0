import type { LogPage, LogState, StoredEntry } from "@hubbub/core";

/** What is kept of a log. */
export interface RedisRetention {
  readonly maxEntries: number;
  readonly maxAgeMs: number;
  readonly minAgeMs: number;
}

/** The beginning of what every script of a log answers. */
export type RedisLogState = readonly [epoch: string, oldest: string, head: string];

/** A state as readers may see it: entries beyond `maxEntries` may still be there, to recognise retries. */
export function toLogState(
  [epoch, oldest, head]: RedisLogState,
  { maxEntries }: RedisRetention,
): LogState {
  return {
    epoch,
    oldest: Math.max(Number(oldest), Number(head) - maxEntries + 1),
    head: Number(head),
  };
}

/** A page as readers may see it: contiguous from `after + 1` and nothing over age, or empty. */
export function toLogPage(
  state: LogState,
  entries: readonly StoredEntry[],
  after: number,
  { maxAgeMs }: RedisRetention,
  now: number,
): LogPage {
  const firstYoung = entries.findIndex(({ ts }) => ts > now - maxAgeMs);
  const old = firstYoung < 0 ? entries.length : firstYoung;
  const oldest = old > 0 ? Math.max(state.oldest, after + old + 1) : state.oldest;
  const whole = old === 0 && after + 1 >= oldest;
  return { ...state, oldest, entries: whole ? entries : [] };
}
