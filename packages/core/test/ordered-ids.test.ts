import { expect, it } from "vitest";
import { createSeededRandom } from "../../testing/src/index.ts";
import { addId, createOrderedIds, type OrderedIds, removeId } from "../src/ordered-ids.ts";

function allPages(ids: OrderedIds, limit: number): string[] {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = ids.page(cursor, limit);
    expect(page.ids.length).toBeLessThanOrEqual(limit);
    found.push(...page.ids);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

it("agrees with a list over random additions and deletions", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = createSeededRandom(seed);
    const ids = createOrderedIds();
    const model: string[] = [];
    for (let step = 0; step < 400; step++) {
      const id = String(Math.floor(random() * 60));
      const index = model.indexOf(id);
      const adds = random() < 0.5;
      if (adds) ids.add(id);
      else expect(ids.delete(id)).toBe(index >= 0);
      if (adds && index < 0) model.push(id);
      if (!adds && index >= 0) model.splice(index, 1);
      expect(ids.size).toBe(model.length);
      expect(ids.has(id)).toBe(model.includes(id));
    }
    expect([...ids.ids()]).toEqual(model);
    for (const limit of [1, 3, 1000]) expect(allPages(ids, limit)).toEqual(model);
  }
});

it("pages what stays exactly once while others come and go", () => {
  const random = createSeededRandom(9);
  const ids = createOrderedIds();
  const staying = Array.from({ length: 100 }, (_, index) => `stays-${index}`);
  for (const id of staying) {
    ids.add(id);
    ids.add(`leaves-${id}`);
  }
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = ids.page(cursor, 7);
    found.push(...page.ids);
    cursor = page.cursor;
    for (const id of staying) if (random() < 0.2) ids.delete(`leaves-${id}`);
    for (const id of page.ids) if (id.startsWith("leaves")) ids.delete(id);
  } while (cursor !== undefined);
  expect(found.filter((id) => id.startsWith("stays"))).toEqual(staying);
  expect(new Set(found).size).toBe(found.length);
});

it("gives an id that is added again a new place", () => {
  const ids = createOrderedIds();
  for (const id of ["a", "b", "c"]) ids.add(id);
  ids.delete("a");
  ids.add("a");
  expect([...ids.ids()]).toEqual(["b", "c", "a"]);
  expect(ids.page(undefined, 10)).toEqual({ ids: ["b", "c", "a"], cursor: undefined });
});

/** How many milliseconds some work takes. */
function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

it("stays small when many come and go: it pages as fast as a new one", () => {
  const readOften = (ids: OrderedIds) =>
    timed(() => {
      for (let page = 0; page < 1000; page++) ids.page(undefined, 10);
    });
  const ids = createOrderedIds();
  for (let index = 0; index < 300_000; index++) {
    ids.add(`id-${index}`);
    ids.delete(`id-${index}`);
  }
  expect(ids.page(undefined, 10)).toEqual({ ids: [], cursor: undefined });
  expect(ids.size).toBe(0);
  const newMs = readOften(createOrderedIds());
  expect(readOften(ids)).toBeLessThan(20 * newMs + 20); // With all the holes it takes a second or two.
});

it("is not swept with every deletion", () => {
  const empty = (count: number) => {
    const ids = createOrderedIds();
    for (let index = 0; index < count; index++) ids.add(`id-${index}`);
    return timed(() => {
      for (let index = 0; index < count; index++) ids.delete(`id-${index}`);
    });
  };
  empty(2500);
  expect(empty(20_000)).toBeLessThan(4 * 8 * empty(2500) + 50); // Eight times as many, not 64 times as much work.
});

it("forgets a key with its last id", () => {
  const table = new Map<string, OrderedIds>();
  for (const id of ["a", "b"]) addId(table, "lobby", id);
  removeId(table, "attic", "a");
  removeId(table, "lobby", "a");
  expect([...(table.get("lobby")?.ids() ?? [])]).toEqual(["b"]);
  removeId(table, "lobby", "b");
  expect(table.size).toBe(0);
});
