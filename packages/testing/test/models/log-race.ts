import {
  type AppendResult,
  type LogEntry,
  type RoomLog,
  type StoredEntry,
  UnavailableError,
} from "@hubbub/core";
import { createSlotRoomLog, type SlotStore } from "@hubbub/core/slots";
import fc from "fast-check";
import { expect } from "vitest";
import { createTestRandom } from "../test-random.ts";
import type { Schedule } from "./connection-race.ts";

const ROOM = "lobby";
const NOW = Date.UTC(2026, 0);
const MAX_TRIES = 12;

/** What one invocation sends until it is answered; two of the same message are a doubled invocation. */
interface Sending {
  readonly user: string;
  readonly mid: string;
  readonly digest: string;
}

/** Which puts fail, and which listings are cut, by their number. */
interface Weather {
  readonly failing: readonly { readonly put: number; readonly when: "before" | "after" }[];
  readonly short: readonly number[];
}

/** Several writers at once on one room, in bad weather. */
export const logRace: fc.Arbitrary<{ writers: Sending[][]; weather: Weather }> = fc.record({
  writers: fc.array(
    fc.array(
      fc.record({
        user: fc.constantFrom("ann", "bob"),
        mid: fc.constantFrom("m1", "m2", "m3", "m4"),
        digest: fc.constantFrom("d", "d", "d", "other"),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { minLength: 2, maxLength: 4 },
  ),
  weather: fc.record({
    failing: fc.array(
      fc.record({ put: fc.nat(8), when: fc.constantFrom("before" as const, "after" as const) }),
      { maxLength: 3 },
    ),
    short: fc.array(fc.nat(12), { maxLength: 3 }),
  }),
});

/** Slots whose requests happen when they are scheduled, and fail as the weather has it. */
function createStormySlots(slots: SlotStore, schedule: Schedule, weather: Weather): SlotStore {
  let puts = 0;
  let reads = 0;
  return {
    state: async (room) => {
      const state = await schedule("state", () => slots.state(room));
      return schedule("state answers", () => state);
    },
    async put(room, epoch, seq, entry) {
      const number = puts++;
      const when = weather.failing.find(({ put }) => put === number)?.when;
      const result = await schedule(`put ${seq}`, () =>
        when === "before" ? undefined : slots.put(room, epoch, seq, entry),
      );
      await schedule(`put ${seq} answers`, () => undefined);
      if (!result || when === "after") throw new UnavailableError("nobody knows");
      return result;
    },
    async read(room, epoch, range) {
      const cut = weather.short.includes(reads++) ? -1 : undefined;
      const found = await schedule("read", () => slots.read(room, epoch, range));
      return schedule("read answers", () => found.slice(0, cut));
    },
  };
}

const entryOf = ({ user, mid, digest }: Sending): LogEntry => ({
  mid,
  from: { id: user },
  event: "say",
  data: `${user} ${mid} ${digest}`,
  ts: NOW,
  digest,
});

/** Sends one message after the other from the position at which all began, again whenever nobody knows. */
async function write(
  log: RoomLog,
  epoch: string,
  sendings: Sending[],
): Promise<[Sending, AppendResult][]> {
  const results: [Sending, AppendResult][] = [];
  for (const sending of sendings) {
    for (let tries = 0; results.at(-1)?.[0] !== sending; tries++) {
      expect(tries).toBeLessThan(MAX_TRIES);
      const append = log.append(ROOM, entryOf(sending), { epoch, after: 0 });
      const result = await append.catch((error: unknown) => {
        expect(error).toBeInstanceOf(UnavailableError);
        return undefined;
      });
      if (result) results.push([sending, result]);
    }
  }
  return results;
}

/**
 * Runs a race and expects what a log promises: no message twice, no hole, one answer for all tries.
 *
 * @param slots An empty backend.
 * @param spoil Changes each writer's log for the worse. (Default: it stays right)
 */
export async function expectOrder(
  slots: SlotStore,
  { writers, weather }: { writers: Sending[][]; weather: Weather },
  scheduler: fc.Scheduler,
  spoil: (log: RoomLog) => RoomLog = (log) => log,
): Promise<void> {
  const schedule: Schedule = async (label, work) => {
    await scheduler.schedule(Promise.resolve(), label);
    return work();
  };
  const clock = { now: () => NOW, sleep: () => schedule("sleep", () => undefined) };
  const stormy = createStormySlots(slots, schedule, weather);
  const { epoch } = await slots.state(ROOM);
  const all = Promise.all(
    writers.map((sendings) => {
      const log = createSlotRoomLog(stormy, { clock, random: createTestRandom() });
      return write(spoil(log), epoch, sendings);
    }),
  );
  const results = (await scheduler.waitFor(all)).flat();
  const entries = await slots.read(ROOM, epoch, { after: 0, limit: 1_000 });
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  const keys = entries.map(({ from, mid }) => `${from?.id} ${mid}`);
  expect(keys).toEqual([...new Set(keys)]);
  for (const [sending, result] of results) expectAnswer(entries, sending, result);
  // What was stored in the end was answered to nobody but once: the other tries were retries of it.
  const appended = results.filter(([, { status }]) => status === "appended");
  expect(new Set(appended.map(([, result]) => "seq" in result && result.seq)).size).toBe(
    appended.length,
  );
}

function expectAnswer(
  entries: readonly StoredEntry[],
  sending: Sending,
  result: AppendResult,
): void {
  const stored = entries.find(({ from, mid }) => from?.id === sending.user && mid === sending.mid);
  if (result.status === "mid-conflict") {
    expect(stored?.digest).not.toBe(sending.digest);
    expect(result.seq).toBe(stored?.seq);
  } else {
    expect(["appended", "duplicate"]).toContain(result.status);
    expect(stored).toEqual({ ...entryOf(sending), seq: stored?.seq });
    expect("entry" in result ? result.entry : { seq: "seq" in result && result.seq }).toMatchObject(
      {
        seq: stored?.seq,
      },
    );
  }
}
