import type { RequestKind } from "@hubbub/core";
import { expect } from "vitest";
import { type ConnectionKit, memberIds } from "./connection-kit.ts";

/** What operations may cost at most, in requests to the backend. */
export function connectionBudgets(kit: ConnectionKit): void {
  const { define, connection } = kit;
  const { counts, openWrites = 1 } = kit.options;
  const skip = !counts;

  const cost = async (call: () => Promise<unknown>): Promise<Record<RequestKind, number>> => {
    const before = counts?.();
    await call();
    const after = counts?.();
    if (!before || !after) throw new Error("counts is needed");
    for (const kind of Object.keys(after) as RequestKind[]) after[kind] -= before[kind];
    return after;
  };

  define(
    "opens with one write, joins with two and a read, leaves with two",
    async () => {
      const store = await kit.create();
      const open = await cost(() => store.open(connection("a")));
      expect(open.write).toBeGreaterThanOrEqual(1);
      expect(open.write).toBeLessThanOrEqual(openWrites);
      expect(open.read + open.list).toBeLessThanOrEqual(1);
      const join = await cost(() => store.join("a", "lobby"));
      expect(join.write).toBeGreaterThanOrEqual(1);
      expect(join.write).toBeLessThanOrEqual(2);
      expect(join.read + join.list).toBeLessThanOrEqual(1);
      const leave = await cost(() => store.leave("a", "lobby"));
      expect(leave.write).toBeGreaterThanOrEqual(1);
      expect(leave.write).toBeLessThanOrEqual(2);
    },
    { skip },
  );

  define(
    "reads a room with one list request per page, whatever its members",
    async () => {
      const store = await kit.create();
      for (let index = 0; index < 25; index++) await kit.enter(store, `c${index}`, "lobby");
      const members = await cost(() => memberIds(store, "lobby", 10));
      expect(members.list).toBeGreaterThanOrEqual(1);
      expect(members.list).toBeLessThanOrEqual(3);
      expect(members.read + members.write).toBe(0);
    },
    { skip },
  );
}
