import type { AppendResult, RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import {
  type Appended,
  appended,
  at,
  duplicate,
  expectContiguous,
  type LogKit,
  readAll,
} from "./log-kit.ts";

const WRITERS = 8;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Writers at the same time: every message once, in one order. */
export function logRaces(kit: LogKit): void {
  const { define, entry } = kit;

  const crowd = async (log: RoomLog): Promise<RoomLog[]> => {
    const logs = [log];
    while (logs.length < WRITERS) logs.push(await kit.reopen(log));
    return logs;
  };

  define("gives racing writers contiguous places, each entry its own", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    const logs = await crowd(log);
    const results = (
      await Promise.all(
        logs.map(async (instance, writer) => {
          const mine: (Appended & { mid: string })[] = [];
          for (const turn of numbers(5)) {
            const mid = `m${writer}-${turn}`;
            const result = await instance.append(
              "lobby",
              entry(mid),
              turn % 2 ? position : undefined,
            );
            mine.push({ mid, ...appended(result) });
          }
          return mine;
        }),
      )
    ).flat();
    const stored = await readAll(log, "lobby");
    expect(stored).toHaveLength(WRITERS * 5);
    for (const { mid, seq, head, epoch } of results) {
      expect(stored[seq - 1]?.mid).toBe(mid);
      expect(head).toBeGreaterThanOrEqual(seq);
      expect(epoch).toBe(position.epoch);
    }
    expect(await log.head("lobby")).toMatchObject({ head: WRITERS * 5, oldest: 1 });
  });

  define("stores one of many retries at once, and answers its seq to all", async () => {
    const log = await kit.create();
    await kit.fill(log, "lobby", "m1", "m2");
    const position = at(await log.head("lobby"));
    const logs = await crowd(log);
    for (const mid of ["a", "b", "c"]) {
      const results = await Promise.all(
        logs.map((instance) => instance.append("lobby", entry(mid), position)),
      );
      expectOneWinner(results);
    }
    expect((await readAll(log, "lobby")).map(({ mid }) => mid).slice(2)).toEqual(["a", "b", "c"]);
  });

  define("stores every message once when different ones and their retries race", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    const logs = await crowd(log);
    const results = await Promise.all(
      logs.map(async (instance, writer) => {
        const mid = `m${writer % 4}`;
        return { mid, result: await instance.append("lobby", entry(mid), position) };
      }),
    );
    for (const index of numbers(4)) {
      expectOneWinner(results.filter(({ mid }) => mid === `m${index}`).map(({ result }) => result));
    }
    expect((await readAll(log, "lobby")).map(({ mid }) => mid).sort()).toEqual(
      numbers(4).map((index) => `m${index}`),
    );
  });

  define("stores one of two messages that race for a mid, and refuses the other", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    const other = await kit.reopen(log);
    for (const index of numbers(4)) {
      const results = await Promise.all([
        log.append("lobby", entry(`m${index}`, { digest: "one" }), position),
        other.append("lobby", entry(`m${index}`, { digest: "two" }), position),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(["appended", "mid-conflict"]);
      for (const result of results) expect(result).toMatchObject({ seq: index + 1 });
    }
    expect(await readAll(log, "lobby")).toHaveLength(4);
  });

  define("is born once when first appends and first reads race", async () => {
    for (const room of numbers(4).map((index) => `room${index}`)) {
      const log = await kit.create();
      const logs = await crowd(log);
      const results = await Promise.all(
        logs.map(async (instance, writer) => {
          const state = writer % 2 ? await instance.head(room) : undefined;
          const position = state && at(state);
          // The others may be faster, so that the head is not the unborn one; the epoch is the same.
          const result = await instance.append(room, entry(`m${writer}`), position);
          return { state, result: appended(result) };
        }),
      );
      const { epoch } = await log.head(room);
      for (const { state, result } of results) {
        expect(state?.epoch ?? epoch).toBe(epoch);
        expect(result.epoch).toBe(epoch);
      }
      const seqs = results.map(({ result }) => result.seq).sort((a, b) => a - b);
      expect(seqs).toEqual(numbers(WRITERS).map((index) => index + 1));
      expect(await readAll(log, room)).toHaveLength(WRITERS);
    }
  });

  define("shows readers no hole and no change while writers write", async () => {
    const log = await kit.create();
    const reader = await kit.reopen(log);
    const seen = new Map<number, string>();
    let writing = true;
    const reading = (async () => {
      for (let rounds = 0; writing || rounds < 3; rounds++) {
        for (const after of [0, seen.size]) {
          const page = await reader.read("lobby", { after, limit: 100 });
          expectContiguous(page, after);
          for (const { seq, mid } of page.entries) {
            expect(seen.get(seq) ?? mid).toBe(mid);
            seen.set(seq, mid);
          }
        }
      }
    })();
    const writes = (await crowd(log)).map(async (instance, writer) => {
      for (const turn of numbers(5)) await instance.append("lobby", entry(`m${writer}-${turn}`));
    });
    const written = Promise.all(writes).finally(() => {
      writing = false;
    });
    await Promise.all([written, reading]);
    expect((await readAll(log, "lobby")).map(({ mid }) => mid)).toEqual(
      numbers(WRITERS * 5).map((index) => seen.get(index + 1)),
    );
  });
}

function expectOneWinner(results: readonly AppendResult[]): void {
  const winners = results.filter(({ status }) => status === "appended").map(appended);
  expect(winners).toHaveLength(1);
  for (const result of results) {
    if (result.status !== "appended") expect(duplicate(result).entry.seq).toBe(winners[0]?.seq);
  }
}
