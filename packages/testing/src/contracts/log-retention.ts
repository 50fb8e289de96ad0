import type { RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import { appended, at, duplicate, type LogKit, readAll } from "./log-kit.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const names = (count: number, prefix = "m") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

/** What trimming may free, and what an append says to a position whose entries are gone. */
export function logRetention(kit: LogKit): void {
  const { define, entry, scanLimit } = kit;
  const options = { skip: !kit.options.advance, timeoutMs: 120_000 };
  const lot = Math.min(kit.options.trimEvery ?? 64, scanLimit - 20);

  const advance = async (ms: number) => kit.options.advance?.(ms);

  /** A log that keeps at least 3 entries, and that has had the occasion to trim its first 10. */
  const createTrimmed = async () => {
    const log = await kit.create({ maxEntries: 3, minAgeMs: MINUTE_MS });
    const first = at(await log.head("lobby"));
    const old = await kit.fill(log, "lobby", ...names(10));
    await advance(5 * MINUTE_MS);
    const young = await kit.fill(log, "lobby", ...names(lot, "n"));
    return { log, first, results: [...old, ...young], state: await log.head("lobby") };
  };
  const midOf = (seq: number) => (seq <= 10 ? `m${seq}` : `n${seq - 10}`);

  define(
    "recognises the retry of every young entry, whatever the other limits say",
    async () => {
      for (const limits of [{ maxEntries: 1 }, { maxAgeMs: 1 }, { maxEntries: 1, maxAgeMs: 1 }]) {
        const log = await kit.create({ ...limits, minAgeMs: 10 * MINUTE_MS });
        const first = at(await log.head("lobby"));
        await kit.fill(log, "lobby", "m1", "m2", "m3");
        await advance(9 * MINUTE_MS);
        await kit.fill(log, "lobby", ...names(lot, "n"));
        for (const seq of [1, 2, 3]) {
          const retry = await (await kit.reopen(log)).append("lobby", entry(`m${seq}`), first);
          expect(duplicate(retry).entry.seq).toBe(seq);
        }
        expect(await log.head("lobby")).toMatchObject({ epoch: first.epoch, head: lot + 3 });
      }
    },
    options,
  );

  define(
    "trims from the front, and keeps as many entries as it is told",
    async () => {
      const { log, first, state } = await createTrimmed();
      expect(state).toMatchObject({ epoch: first.epoch, head: lot + 10 });
      expect(state.oldest).toBeGreaterThan(1);
      expect(state.oldest).toBeLessThanOrEqual(state.head - 2);
      const reader = await kit.reopen(log);
      expect(await reader.head("lobby")).toEqual(state);
      const kept = await readAll(reader, "lobby", state.oldest - 1);
      expect(kept.map(({ seq }) => seq).at(0)).toBe(state.oldest);
      expect(kept.map(({ mid }) => mid).at(-1)).toBe(`n${lot}`);
      expect(kept).toHaveLength(state.head - state.oldest + 1);
      // A reader from before the oldest entry gets nothing rather than a part that looks whole.
      for (let after = 0; after < state.oldest - 1; after++) {
        const page = await reader.read("lobby", { after, limit: 1_000 });
        expect(page).toEqual({ ...state, entries: [] });
      }
    },
    options,
  );

  define(
    "keeps old entries that no limit lets go",
    async () => {
      const log = await kit.create({ maxEntries: 1_000, maxAgeMs: DAY_MS, minAgeMs: MINUTE_MS });
      const first = at(await log.head("lobby"));
      await kit.fill(log, "lobby", ...names(10));
      await advance(DAY_MS / 2);
      await kit.fill(log, "lobby", ...names(lot, "n"));
      expect(await log.head("lobby")).toMatchObject({ oldest: 1, head: lot + 10 });
      expect(await readAll(await kit.reopen(log), "lobby")).toHaveLength(lot + 10);
      expect(duplicate(await log.append("lobby", entry("m1"), first)).entry.seq).toBe(1);
    },
    options,
  );

  define(
    "never appends what it cannot prove to be new",
    async () => {
      const { log, first, results, state } = await createTrimmed();
      for (let after = 0; after < state.head; after += 3) {
        const position = { ...first, after };
        const seqs = results.map(({ seq }) => seq).filter((seq) => seq > after);
        const decided = new Set<string>();
        for (const seq of [seqs[0], seqs.at(-1)] as number[]) {
          const retry = await log.append("lobby", entry(midOf(seq)), position);
          decided.add(retry.status);
          if (retry.status === "duplicate") expect(retry.entry.seq).toBe(seq);
          else expect(retry.status).toBe("undecided");
        }
        expect(decided.size).toBe(1); // it goes by the position, not by what it happens to find
        if (after >= state.oldest - 1) expect([...decided]).toEqual(["duplicate"]);
        if (decided.has("undecided")) {
          const other = await log.append("lobby", entry("new"), position);
          expect(other).toEqual({ ...state, status: "undecided" });
        }
      }
      expect(await log.head("lobby")).toEqual(state);
      const edge = { ...first, after: state.oldest - 1 };
      expect(appended(await log.append("lobby", entry("new"), edge)).seq).toBe(state.head + 1);
    },
    options,
  );

  define(
    "hands no place out twice, even when all entries have grown old",
    async () => {
      const log: RoomLog = await kit.create({
        maxEntries: 1,
        maxAgeMs: MINUTE_MS,
        minAgeMs: MINUTE_MS,
      });
      const places = new Set<string>();
      for (let cycle = 1; cycle <= 3; cycle++) {
        const instance = await kit.reopen(log);
        const mids = names(lot, `c${cycle}-`);
        for (const { epoch, seq } of await kit.fill(instance, "lobby", ...mids)) {
          places.add(`${epoch}/${seq}`);
        }
        expect(places.size).toBe(cycle * lot);
        const before = await instance.head("lobby");
        await advance(DAY_MS);
        const after = await (await kit.reopen(log)).head("lobby");
        if (after.epoch === before.epoch) expect(after.head).toBe(before.head);
        for (const back of [1, 2, lot]) {
          const position = { epoch: before.epoch, after: before.head - back };
          const late = await instance.append("lobby", entry(`c${cycle}-${lot}`), position);
          expect(["undecided", "reset", "duplicate"]).toContain(late.status);
        }
      }
    },
    options,
  );
}
