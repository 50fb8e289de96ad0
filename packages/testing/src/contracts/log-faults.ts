import type { AppendPosition, RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import { at, duplicate, expectContiguous, type LogKit, readAll } from "./log-kit.ts";

/** A backend that fails in the middle of an append. Adapters may also retry by themselves. */
export function logFaults(kit: LogKit): void {
  const { define, entry } = kit;
  const { failNext, hideNext } = kit.options;
  const skip = !failNext;

  const attempt = async (
    when: "before" | "after",
    log: RoomLog,
    mid: string,
    position?: AppendPosition,
  ) => {
    failNext?.(when);
    try {
      const result = await log.append("lobby", entry(mid), position);
      expect(["appended", "duplicate"]).toContain(result.status);
    } catch (error) {
      expect(error).toMatchObject({ code: "unavailable" });
    }
  };

  for (const born of [false, true]) {
    const kind = born ? "an append" : "a first append";

    define(
      `stores ${kind} once that failed after its effect`,
      async () => {
        const log = await kit.create();
        if (born) await kit.fill(log, "lobby", "m1");
        const position = at(await log.head("lobby"));
        await attempt("after", log, "mine", position);
        await kit.fill(await kit.reopen(log), "lobby", "theirs");
        const first = await log.append("lobby", entry("mine"), position);
        expect(["appended", "duplicate"]).toContain(first.status); // it may have failed in the log's birth
        const retry = duplicate(await log.append("lobby", entry("mine"), position));
        expect(retry.entry.seq).toBe(
          first.status === "duplicate" ? first.entry.seq : position.after + 2,
        );
        if (born) expect(first.status).toBe("duplicate");
        const other = entry("mine", { digest: "another" });
        expect((await log.append("lobby", other, position)).status).toBe("mid-conflict");
        const mids = (await readAll(log, "lobby")).map(({ mid }) => mid);
        expect(mids.sort()).toEqual(born ? ["m1", "mine", "theirs"] : ["mine", "theirs"]);
      },
      { skip },
    );

    define(
      `stores ${kind} that failed before its effect when it is repeated`,
      async () => {
        const log = await kit.create();
        if (born) await kit.fill(log, "lobby", "m1");
        const position = at(await log.head("lobby"));
        await attempt("before", log, "mine", position);
        const again = await log.append("lobby", entry("mine"), position);
        expect(["appended", "duplicate"]).toContain(again.status);
        const retry = duplicate(await log.append("lobby", entry("mine"), position));
        expect(retry.entry.seq).toBe(position.after + 1);
        expect(await readAll(log, "lobby")).toHaveLength(position.after + 1);
      },
      { skip },
    );
  }

  define(
    "stores no second entry of one append, even without a position",
    async () => {
      const log = await kit.create();
      await kit.fill(log, "lobby", "m1");
      await attempt("after", log, "m2");
      const mids = (await readAll(log, "lobby")).map(({ mid }) => mid);
      expect(mids).toEqual(["m1", "m2"]);
      await kit.fill(log, "lobby", "m3");
      expect((await readAll(log, "lobby")).map(({ mid }) => mid)).toEqual([...mids, "m3"]);
    },
    { skip },
  );

  define(
    "takes no listing that misses an entry for the truth",
    async () => {
      const log = await kit.create();
      const first = at(await log.head("lobby"));
      const results = await kit.fill(log, "lobby", "m1", "m2", "m3", "m4", "m5");
      for (const which of ["first", "last"] as const) {
        for (const { seq } of results) {
          for (const after of [0, seq - 1]) {
            hideNext?.(which);
            const instance = await kit.reopen(log);
            const retry = await instance.append("lobby", entry(`m${seq}`), { ...first, after });
            expect(duplicate(retry).entry.seq).toBe(seq);
          }
        }
        for (const after of [0, 2, 4]) {
          hideNext?.(which);
          const page = await (await kit.reopen(log)).read("lobby", { after, limit: 2 });
          expectContiguous(page, after);
          // None at all would tell the reader that what it asks for is no longer kept.
          expect(page.entries.length).toBeGreaterThan(0);
          await log.read("lobby", { after, limit: 2 }); // uses up what the read may not have listed
        }
      }
      expect(await readAll(log, "lobby")).toHaveLength(5);
    },
    { skip: !hideNext },
  );
}
