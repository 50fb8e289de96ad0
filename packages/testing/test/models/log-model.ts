import type {
  AppendPosition,
  AppendResult,
  LogEntry,
  LogPage,
  LogState,
  Retention,
} from "@hubbub/core";
import { expect } from "vitest";

/** The simplest thing that does what `RoomLog` promises: one room's entries, of which none is ever lost. */
export interface LogModel {
  now: number;
  epoch: string;
  /** Every entry ever appended, in order; the first has seq 1. */
  readonly entries: LogEntry[];
  readonly retention: Retention;
  readonly maxScan: number;
}

const headOf = ({ entries }: LogModel): number => entries.length;

/** Whether readers must still get an entry. */
function isKept({ entries, retention, now }: LogModel, seq: number): boolean {
  const ts = entries[seq - 1]?.ts ?? now;
  return seq > entries.length - retention.maxEntries && ts > now - retention.maxAgeMs;
}

/** The first entry that readers must get; one beyond the head if they need not get any. */
function firstKept(model: LogModel): number {
  let seq = 1;
  while (seq <= headOf(model) && !isKept(model, seq)) seq++;
  return seq;
}

/** How many of the first entries a log may have deleted by now. */
function mostFreed(model: LogModel): number {
  const { entries, retention, now } = model;
  let count = 0;
  for (const [index, { ts }] of entries.entries()) {
    if (isKept(model, index + 1) || ts > now - retention.minAgeMs) break;
    count = index + 1;
  }
  return count;
}

/** What an append from a position may answer; without a position, the entry is new. */
export function allowedAppends(
  model: LogModel,
  entry: LogEntry,
  position: AppendPosition | undefined,
  isFresh: boolean,
): Partial<AppendResult>[] {
  const head = headOf(model);
  const appended = { status: "appended", seq: head + 1 } as const;
  if (!position) return [appended];
  const { epoch, after } = position;
  if (epoch !== model.epoch || after > head) return [{ status: "reset" }];
  const allowed: Partial<AppendResult>[] = [];
  if (after < mostFreed(model)) allowed.push({ status: "undecided" });
  if (head - after > model.maxScan) {
    allowed.push({ status: "behind" });
    // One that does not know yet how far the log is may find out by itself.
    if (isFresh) return allowed;
  }
  const at = model.entries.findIndex(
    ({ mid, from }, index) => index >= after && mid === entry.mid && from?.id === entry.from?.id,
  );
  const earlier = model.entries[at];
  if (!earlier) return [...allowed, appended];
  const seq = at + 1;
  const found: Partial<AppendResult> =
    earlier.digest === entry.digest
      ? { status: "duplicate", entry: { ...earlier, seq } }
      : { status: "mid-conflict", seq };
  return [...allowed, found];
}

/**
 * Expects that a log begins and ends where it may.
 *
 * @param leastHead Where the head may be at least, where a log may not know the newest one. (Default: the newest)
 */
export function expectState(
  model: LogModel,
  { epoch, oldest, head }: LogState,
  leastHead: number = headOf(model),
): void {
  expect(epoch).toBe(model.epoch);
  expect(head).toBeLessThanOrEqual(headOf(model));
  expect(head).toBeGreaterThanOrEqual(leastHead);
  expect(oldest).toBeGreaterThanOrEqual(1);
  expect(oldest).toBeLessThanOrEqual(firstKept(model));
}

/** Expects that a page holds what it must, from `after + 1` on. */
export function expectPage(
  model: LogModel,
  page: LogPage,
  { after, limit }: { after: number; limit: number },
  mayBeShort: boolean,
): void {
  expectState(model, page);
  const { entries, oldest } = page;
  const from = Math.max(0, after);
  expect(entries.length).toBeLessThanOrEqual(limit);
  const expected = model.entries
    .slice(from, from + entries.length)
    .map((entry, index) => ({ ...entry, seq: from + 1 + index }));
  expect(entries.map((entry) => JSON.stringify(sorted(entry)))).toEqual(
    expected.map((entry) => JSON.stringify(sorted(entry))),
  );
  if (entries.length > 0) expect(oldest).toBeLessThanOrEqual(from + 1);
  const must = limit > 0 && from < headOf(model) && isKept(model, from + 1);
  if (must && !mayBeShort) expect(entries.length).toBeGreaterThan(0);
}

/** Fields in one order; the data stay as they are, since their text must come back unchanged. */
function sorted(entry: LogEntry & { seq: number }): unknown[] {
  const { seq, mid, from, event, data, ts, digest } = entry;
  return [seq, mid, from?.id, from?.name, event, data, ts, digest];
}
