import type { AppendPosition } from "@hubbub/core";
import { expect } from "vitest";
import { appended, at, duplicate, type LogKit, readAll } from "./log-kit.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `m${index + 1}`);

/** Positions that prove nothing: such an append stores nothing, and says where the log is. */
export function logPositions(kit: LogKit): void {
  const { define, entry, scanLimit } = kit;

  define("answers reset to a position beyond the head or of another epoch", async () => {
    const log = await kit.create();
    for (const born of [false, true]) {
      if (born) await kit.fill(log, "lobby", "m1", "m2");
      const state = await log.head("lobby");
      const wrong: AppendPosition[] = [
        { epoch: state.epoch, after: state.head + 1 },
        { epoch: state.epoch, after: 1_000_000 },
        { epoch: state.epoch, after: Number.MAX_SAFE_INTEGER },
        { epoch: `${state.epoch}x`, after: 0 },
        { epoch: `${state.epoch}x`, after: state.head },
        { epoch: "another", after: 0 },
      ];
      for (const position of wrong) {
        for (const message of [entry("new"), entry("m1")]) {
          const result = await (await kit.reopen(log)).append("lobby", message, position);
          expect(result).toEqual({ ...state, status: "reset" });
        }
      }
      expect(await log.head("lobby")).toEqual(state);
    }
    expect((await readAll(log, "lobby")).map(({ mid }) => mid)).toEqual(["m1", "m2"]);
    appended(await log.append("lobby", entry("new"), at(await log.head("lobby"))));
  });

  define("knows of an append that another instance made", async () => {
    const log = await kit.create();
    const other = await kit.reopen(log);
    await kit.fill(log, "lobby", "m1");
    const [theirs] = await kit.fill(other, "lobby", "m2");
    // The position is ahead of what the first instance may have in its caches.
    expect(
      appended(await log.append("lobby", entry("m3"), at(theirs ?? (await other.head("lobby")))))
        .seq,
    ).toBe(3);
    const retry = await other.append("lobby", entry("m1"), {
      epoch: theirs?.epoch ?? "",
      after: 0,
    });
    expect(duplicate(retry).entry.seq).toBe(1);
    expect(appended(await other.append("lobby", entry("m4"))).seq).toBe(4);
  });

  define(
    "looks through as many entries as one scan reaches, and no further",
    async () => {
      const log = await kit.create();
      const first = at(await log.head("lobby"));
      await kit.fill(log, "lobby", ...names(scanLimit));
      expect(duplicate(await log.append("lobby", entry("m1"), first)).entry.seq).toBe(1);
      appended(await log.append("lobby", entry("late"), first));
      const state = await log.head("lobby");
      for (const mid of ["m1", "late", "new"]) {
        const result = await log.append("lobby", entry(mid), first);
        expect(result).toEqual({ ...state, status: "behind" });
      }
      const nearer = { ...first, after: 1 };
      expect(duplicate(await log.append("lobby", entry("late"), nearer)).entry.seq).toBe(
        state.head,
      );
      expect(await readAll(log, "lobby")).toHaveLength(scanLimit + 1);
    },
    { timeoutMs: 120_000 },
  );
}
