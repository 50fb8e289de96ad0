import { expect } from "vitest";
import { type LogKit, readAll } from "./log-kit.ts";
import { spoil } from "./spoil.ts";

/** Reading ranges. */
export function logRead(kit: LogKit): void {
  const { define, entry } = kit;

  define("reads the entries after a seq, up to a limit", async () => {
    const log = await kit.create();
    await kit.fill(log, "lobby", "m1", "m2", "m3", "m4", "m5");
    const state = await log.head("lobby");
    const seqs = async (after: number, limit: number) => {
      const page = await log.read("lobby", { after, limit });
      expect(page).toMatchObject(state);
      return page.entries.map(({ seq }) => seq);
    };
    expect(await seqs(0, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(await seqs(0, 100)).toEqual([1, 2, 3, 4, 5]);
    expect(await seqs(0, 2)).toEqual([1, 2]);
    expect(await seqs(1, 1)).toEqual([2]);
    expect(await seqs(3, 5)).toEqual([4, 5]);
    expect(await seqs(4, 5)).toEqual([5]);
    expect(await seqs(5, 5)).toEqual([]);
    expect(await seqs(6, 5)).toEqual([]);
    expect(await seqs(1_000_000, 5)).toEqual([]);
  });

  define("orders entries by number, not by text, whatever the page", async () => {
    const log = await kit.create();
    const mids = Array.from({ length: 23 }, (_, index) => `m${index + 1}`);
    await kit.fill(log, "lobby", ...mids);
    for (const limit of [1, 4, 10, 1_000]) {
      expect((await readAll(log, "lobby", 0, limit)).map(({ mid }) => mid)).toEqual(mids);
    }
    expect((await readAll(log, "lobby", 8)).map(({ mid }) => mid)).toEqual(mids.slice(8));
  });

  define("gives entries that nobody can change in the log", async () => {
    const log = await kit.create();
    const given = entry("m1", { data: { list: [1] } });
    const before = copyOf(given);
    const position = { epoch: (await log.head("lobby")).epoch, after: 0 };
    await log.append("lobby", given, position);
    spoilEntry(given);
    for (let time = 0; time < 2; time++) {
      const [read] = (await log.read("lobby", { after: 0, limit: 1 })).entries;
      expect(read).toEqual({ ...before, seq: 1 });
      spoilEntry(read);
      const retry = await log.append("lobby", before, position);
      expect(retry).toMatchObject({ status: "duplicate", entry: { ...before, seq: 1 } });
      if (retry.status === "duplicate") spoilEntry(retry.entry);
    }
  });
}

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function spoilEntry(value: unknown): void {
  const entry = value as { data: { list: number[] }; from: { id: string }; mid: string };
  spoil(() => entry.data.list.push(2));
  spoil(() => Object.assign(entry.from, { id: "eve" }));
  spoil(() => Object.assign(entry, { mid: "spoilt" }));
}
