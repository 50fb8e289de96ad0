import type { AppendPosition, AppendResult, LogEntry, Retention, RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import { allowedAppends, expectState, type LogModel } from "./log-model.ts";

/** A log under test. */
export interface LogSubject {
  /** Another log on the same backend, with cold caches, as another invocation has it. */
  readonly open: () => RoomLog;
  readonly now: () => number;
  readonly advance: (ms: number) => void | Promise<void>;
  readonly retention: Retention;
  readonly maxScan: number;
  /** Makes the next write fail, before or after its effect; undefined takes it back. */
  readonly failNext?: (when: "before" | "after" | undefined) => void;
  /** Makes the next listing leave out its first or last entry; undefined takes it back. */
  readonly hideNext?: (which: "first" | "last" | undefined) => void;
  /** Loses everything that was stored; the next epoch is another one. */
  readonly lose?: () => void;
}

/** What was sent before, and can be sent again. */
interface Draft {
  readonly room: string;
  readonly entry: LogEntry;
  readonly position: AppendPosition | undefined;
}

/** The logs that commands use, and what they have sent. */
export interface LogReal {
  readonly subject: LogSubject;
  readonly logs: RoomLog[];
  readonly drafts: Draft[];
  /** The log that knows the newest head of each room. */
  readonly newest: Map<string, RoomLog>;
  readonly epochs: Set<string>;
}

/** A model of each room. */
export type LogModels = Map<string, LogModel>;
/** The model of a room. */
export function modelOf(models: LogModels, name: string): LogModel {
  const model = models.get(name);
  if (!model) throw new Error(`no room ${name}`);
  return model;
}

interface Faults {
  fault?: "before" | "after" | undefined;
  hidden?: "first" | "last" | undefined;
}

/** Appends, expects what the model allows, and lets the model follow. */
export async function append(
  models: LogModels,
  real: LogReal,
  log: RoomLog,
  draft: Draft,
  faults: Faults = {},
): Promise<void> {
  const { subject, newest } = real;
  const model = modelOf(models, draft.room);
  const isFresh = real.logs.length === 1 || newest.get(draft.room) === log;
  const allowed = allowedAppends(model, draft.entry, draft.position, isFresh);
  subject.failNext?.(faults.fault);
  subject.hideNext?.(faults.hidden);
  const result = await log
    .append(draft.room, draft.entry, draft.position)
    .catch((error: unknown) => {
      expect(error).toMatchObject({ code: "unavailable" });
      return undefined;
    });
  subject.failNext?.(undefined);
  subject.hideNext?.(undefined);
  if (!result) return followFailure(real, model, draft, allowed, faults);
  expect(allowed).toContainEqual(relevant(result));
  if (result.status === "appended") {
    model.entries.push(draft.entry);
    newest.set(draft.room, log);
  }
  // Who recognises a retry need not look any further.
  const leastHead = "entry" in result ? result.entry.seq : "seq" in result ? result.seq : undefined;
  expectState(model, result, isFresh || result.status === "appended" ? undefined : leastHead);
}

/** The part of a result that the model foretells. */
function relevant(result: AppendResult): Partial<AppendResult> {
  const { status } = result;
  if (status === "duplicate") return { status, entry: result.entry };
  return status === "appended" || status === "mid-conflict"
    ? { status, seq: result.seq }
    : { status };
}

/** A failed append has stored once or not at all. */
async function followFailure(
  { subject, newest }: LogReal,
  model: LogModel,
  { room: name, entry }: Draft,
  allowed: Partial<AppendResult>[],
  { fault: when }: Faults,
): Promise<void> {
  expect(when).toBeDefined();
  const before = model.entries.length;
  const { head } = await subject.open().head(name);
  if (head !== before) {
    expect(when).toBe("after");
    expect(allowed).toContainEqual({ status: "appended", seq: before + 1 });
    expect(head).toBe(before + 1);
    model.entries.push(entry);
    newest.delete(name);
  }
}

let drafted = 0;

/**
 * Writes a new message.
 *
 * @param back How far its position lies before the head; undefined: it has none.
 */
export function draftFor(
  models: LogModels,
  name: string,
  back: number | undefined,
  extra: Partial<LogEntry> = {},
): Draft {
  const { now, epoch, entries } = modelOf(models, name);
  const mid = `m${++drafted}`;
  const data = { z: drafted, a: ["\ud800", null, { 2: 1, 1: 2 }] };
  const from = { id: drafted % 2 ? "ann" : "bob", name: "N" };
  const entry = { mid, from, event: "say", data, ts: now, digest: `d-${mid}`, ...extra };
  if (back === undefined) return { room: name, entry, position: undefined };
  return { room: name, entry, position: { epoch, after: Math.max(0, entries.length - back) } };
}
