import type { ConnectionStore } from "@hubbub/core";
import { expect } from "vitest";
import { type ConnectionKit, memberIds } from "./connection-kit.ts";

const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, "0")}`);

/** Runs `work` on every item, a few at a time. */
async function inBatches(items: readonly string[], work: (item: string) => Promise<unknown>) {
  for (let start = 0; start < items.length; start += 50) {
    await Promise.all(items.slice(start, start + 50).map(work));
  }
}

/** Pages through the lobby one row at a time and calls `between` after each page. */
async function walk(
  readers: readonly ConnectionStore[],
  between: (page: readonly string[], pages: number) => Promise<void>,
): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 500; pages++) {
    const reader = readers[pages % readers.length] as ConnectionStore;
    const page = await reader.members("lobby", { cursor, limit: 1 });
    const ids = page.members.map(({ connectionId }) => connectionId);
    seen.push(...ids);
    if (page.cursor === undefined) return seen;
    cursor = page.cursor;
    await between(ids, pages);
  }
  throw new Error("members still gave a cursor after 500 pages");
}

/** Members as pages: nobody twice, nobody forgotten, whatever happens between two pages. */
export function connectionPaging(kit: ConnectionKit): void {
  const { define } = kit;

  define("gives the same members whatever the page's limit", async () => {
    const store = await kit.create();
    const ids = names(7, "c");
    for (const id of [...ids].reverse()) await kit.enter(store, id, "lobby");
    for (const limit of [1, 2, 3, 6, 7, 8, 1_000]) {
      expect(await memberIds(store, "lobby", limit)).toEqual(ids);
    }
    const empty = await store.members("empty", { limit: 1 });
    expect(empty.members).toEqual([]);
    expect(empty.cursor).toBeUndefined();
  });

  define("pages on when the row that a cursor names is deleted", async () => {
    for (const remove of ["leave", "close"] as const) {
      const store = await kit.create();
      const ids = names(6, "c");
      for (const id of ids) await kit.enter(store, id, "lobby");
      const seen = await walk([store, await kit.reopen(store)], async (page) => {
        for (const id of page)
          await (remove === "leave" ? store.leave(id, "lobby") : store.close(id));
      });
      expect(seen.sort()).toEqual(ids);
      expect(await store.count("lobby")).toBeLessThanOrEqual(1); // the last page is not removed
    }
  });

  define("gives rows that are there throughout exactly once", async () => {
    const store = await kit.create();
    const staying = names(12, "stay");
    const going = names(12, "gone");
    for (const [index, id] of staying.entries()) {
      await kit.enter(store, id, "lobby");
      await kit.enter(store, String(going[index]), "lobby");
    }
    const seen = await walk([store], async (_page, pages) => {
      // Both sides of the cursor change, whatever order the backend keeps.
      if (pages < 20) await kit.enter(store, `${pages % 2 ? "a" : "z"}-new-${pages}`, "lobby");
      const victim = pages % 2 ? going.pop() : going.shift();
      if (victim) await store.close(victim);
      await store.touch(String(staying[pages % 12]), kit.options.now() + 2 * kit.leaseMs);
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => id.startsWith("stay")).sort()).toEqual(staying);
  });

  define("gives the same rows again for the same cursor", async () => {
    const store = await kit.create();
    for (const id of names(5, "c")) await kit.enter(store, id, "lobby");
    let page = await store.members("lobby", { limit: 2 });
    while (page.cursor !== undefined) {
      const { cursor } = page;
      page = await store.members("lobby", { cursor, limit: 2 });
      const other = await kit.reopen(store);
      expect(await other.members("lobby", { cursor, limit: 2 })).toEqual(page);
    }
  });

  define("pages past expired rows", async () => {
    const store = await kit.create();
    for (const id of names(9, "dead")) await kit.enter(store, id, "lobby");
    await kit.advance(kit.leaseMs / 2);
    await kit.enter(store, "a-live", "lobby");
    await kit.enter(store, "z-live", "lobby");
    await kit.advance(kit.leaseMs / 2);
    for (const limit of [1, 2, 5]) {
      expect(await memberIds(store, "lobby", limit)).toEqual(["a-live", "z-live"]);
    }
    expect(await store.count("lobby")).toBe(2);
  });

  define(
    "holds a big room, and a user with as many connections",
    async () => {
      const store = await kit.create();
      const ids = names(kit.crowd, "c");
      const user = { userId: "crowd" };
      const expiresAt = kit.options.now() + 1_000 * kit.leaseMs;
      await inBatches(ids, async (id) => {
        await store.open(kit.connection(id, { user, expiresAt }));
        await store.join(id, "lobby");
      });
      expect(await memberIds(store, "lobby", 300)).toEqual(ids);
      expect(await memberIds(store, "lobby", 10_000)).toEqual(ids);
      expect(await store.count("lobby")).toBe(kit.crowd);
      expect([...(await store.connectionsOf("crowd"))].sort()).toEqual(ids);
    },
    { timeoutMs: 120_000 },
  );
}
