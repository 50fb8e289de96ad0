import { expect } from "vitest";
import { type ConnectionKit, expectNoTrace, memberIds } from "./connection-kit.ts";

/** What a backend that fails in the middle must not break. Adapters may also retry by themselves. */
export function connectionFaults(kit: ConnectionKit): void {
  const { define, connection } = kit;
  const { failNext } = kit.options;
  const skip = !failNext;

  /** Resolves when the call settled: an adapter that retries by itself does not even reject. */
  const attempt = async (when: "before" | "after", call: () => Promise<unknown>) => {
    failNext?.(when);
    await call().catch(() => undefined);
  };

  for (const when of ["before", "after"] as const) {
    define(
      `repeats every operation after a write that failed ${when} its effect`,
      async () => {
        const store = await kit.create();
        await attempt(when, () => store.open(connection("a")));
        expect(await store.open(connection("a"))).toBe(true);
        await attempt(when, () => store.join("a", "lobby"));
        expect(await store.join("a", "lobby")).toBe(true);
        expect(await memberIds(store, "lobby")).toEqual(["a"]);
        expect((await store.get("a"))?.rooms).toEqual(["lobby"]);
        const until = kit.options.now() + 2 * kit.leaseMs;
        await attempt(when, () => store.touch("a", until));
        expect(await store.touch("a", until)).toBe(true);
        expect((await store.get("a"))?.expiresAt).toBe(until);
        await attempt(when, () => store.leave("a", "lobby"));
        await store.leave("a", "lobby");
        expect(await memberIds(store, "lobby")).toEqual([]);
        expect((await store.get("a"))?.rooms).toEqual([]);
        await store.join("a", "lobby");
        await attempt(when, () => store.close("a"));
        await store.close("a");
        await expectNoTrace(store, connection("a"), "lobby", kit.options.now());
        expect(await store.open(connection("a"))).toBe(false);
      },
      { skip },
    );

    define(
      `leaves nothing behind a close that follows a join whose write failed ${when} its effect`,
      async () => {
        const store = await kit.create();
        await kit.enter(store, "a");
        await attempt(when, () => store.join("a", "lobby"));
        await store.close("a");
        await expectNoTrace(store, connection("a"), "lobby", kit.options.now());
      },
      { skip },
    );
  }
}
