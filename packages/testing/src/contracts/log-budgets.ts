import { expect } from "vitest";
import { appended, at, type LogKit } from "./log-kit.ts";

/** What an append may cost, in requests to the backend. */
export function logBudgets(kit: LogKit): void {
  const { define, entry } = kit;
  const { counts } = kit.options;

  define(
    "appends to a log it knows with one write and no read",
    async () => {
      const log = await kit.create();
      await kit.fill(log, "lobby", "m1", "m2");
      let position = at(await log.head("lobby"));
      for (const mid of ["m3", "m4", "m5"]) {
        const before = counts?.();
        position = at(appended(await log.append("lobby", entry(mid), position)));
        const after = counts?.();
        if (!before || !after) throw new Error("counts is needed");
        expect(after.write - before.write).toBe(1);
        expect(after.read - before.read + (after.list - before.list)).toBe(0);
      }
    },
    { skip: !counts },
  );
}
