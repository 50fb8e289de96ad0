import type {
  AppendPosition,
  AppendResult,
  LogEntry,
  LogState,
  RoomLog,
  StoredEntry,
} from "@hubbub/core";
import { expect } from "vitest";
import type { RequestCounts } from "../counting-meter.ts";
import type { DefineCase } from "./define-case.ts";

/** What the cases ask a log to keep. What is left out is the adapter's default. */
export interface LogRetention {
  /** How many of the newest entries are kept. */
  maxEntries?: number;
  /** How long an entry is kept, in milliseconds. */
  maxAgeMs?: number;
  /** How long no entry is freed, in milliseconds, whatever the other two say. */
  minAgeMs?: number;
}

/** What the contract needs from the adapter under test. */
export interface RoomLogContractOptions {
  /** Returns a log whose rooms are all unborn, and that shares nothing with the logs returned before. */
  createLog: (retention?: LogRetention) => RoomLog | Promise<RoomLog>;
  /** Another log on the same backend, with cold caches, as another invocation has it. (Default: the same object) */
  reopen?: (log: RoomLog) => RoomLog | Promise<RoomLog>;
  /** The log's clock, in milliseconds since the Unix epoch. */
  now: () => number;
  /** Moves the log's clock by `ms` milliseconds. Leave it out if the log never trims. */
  advance?: (ms: number) => void | Promise<void>;
  /** How many appends it takes at most until what may be trimmed is trimmed. (Default: 64) */
  trimEvery?: number;
  /** How many entries an append looks through. (Default: 256) */
  scanLimit?: number;
  /** Makes the next write to the backend fail, before or after its effect. Leave it out if that can't be done. */
  failNext?: (when: "before" | "after") => void;
  /**
   * Makes the next listing leave out its first or its last entry, as one that is not up to date does.
   * Leave it out if that can't be done.
   */
  hideNext?: (which: "first" | "last") => void;
  /** What the log has reported so far. Leave it out if it reports to no meter. */
  counts?: () => RequestCounts;
}

/** The options with their defaults, and what the cases share. */
export interface LogKit {
  readonly define: DefineCase;
  readonly options: RoomLogContractOptions;
  readonly scanLimit: number;
  create(retention?: LogRetention): Promise<RoomLog>;
  reopen(log: RoomLog): Promise<RoomLog>;
  entry(mid: string, extra?: Partial<LogEntry>): LogEntry;
  /** Appends entries one after the other; fails unless every one is appended. */
  fill(log: RoomLog, room: string, ...mids: string[]): Promise<Appended[]>;
}

export type Appended = Extract<AppendResult, { status: "appended" }>;
export type Duplicate = Extract<AppendResult, { status: "duplicate" }>;

export function createLogKit(options: RoomLogContractOptions, define: DefineCase): LogKit {
  const entry: LogKit["entry"] = (mid, extra) => ({
    mid,
    from: { id: "ann", name: "Ann" },
    event: "say",
    data: { text: `text of ${mid}` },
    ts: options.now(),
    digest: `digest-of-${mid}`,
    ...extra,
  });
  return {
    define,
    options,
    scanLimit: options.scanLimit ?? 256,
    create: async (retention) => options.createLog(retention),
    reopen: async (log) => options.reopen?.(log) ?? log,
    entry,
    async fill(log, room, ...mids) {
      const results: Appended[] = [];
      let position: AppendPosition | undefined;
      for (const mid of mids) {
        position ??= at(await log.head(room));
        const result = appended(await log.append(room, entry(mid), position));
        position = at(result);
        results.push(result);
      }
      return results;
    },
  };
}

/** The position at a log's head. */
export function at(state: LogState): AppendPosition {
  return { epoch: state.epoch, after: state.head };
}

/** Expects that an append stored its entry. */
export function appended(result: AppendResult): Appended {
  expect(result.status).toBe("appended");
  return result as Appended;
}

/** Expects that an append recognised a retry. */
export function duplicate(result: AppendResult): Duplicate {
  expect(result.status).toBe("duplicate");
  return result as Duplicate;
}

/** Expects that a page begins at `after + 1`, has no hole and does not go beyond its head. */
export function expectContiguous(
  page: LogState & { readonly entries: readonly StoredEntry[] },
  after: number,
): void {
  expect(page.entries.map(({ seq }) => seq)).toEqual(
    page.entries.map((_, index) => after + 1 + index),
  );
  if (page.entries.length > 0) {
    expect(page.head).toBeGreaterThanOrEqual(after + page.entries.length);
    expect(page.oldest).toBeLessThanOrEqual(after + 1);
  }
}

/** Reads everything after `after`, in pages of `limit`. */
export async function readAll(
  log: RoomLog,
  room: string,
  after = 0,
  limit = 100,
): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (;;) {
    const from = after + entries.length;
    const page = await log.read(room, { after: from, limit });
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    expectContiguous(page, from);
    // A page may be short, but not empty before the head: a reader would never get on.
    if (from < page.head && from + 1 >= page.oldest) expect(page.entries).not.toEqual([]);
    if (page.entries.length === 0) return entries;
    entries.push(...page.entries);
  }
}
