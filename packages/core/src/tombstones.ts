import type { Clock } from "./ports.ts";

/** The ids of what is closed and must never come back. */
export interface Tombstones {
  has(id: string): boolean;
  add(id: string): void;
}

/** Creates an empty graveyard; an id is remembered for `ttlMs`. */
export function createTombstones(clock: Pick<Clock, "now">, ttlMs: number): Tombstones {
  const untils = new Map<string, number>();
  return {
    has: (id) => (untils.get(id) ?? 0) > clock.now(),
    add(id) {
      const now = clock.now();
      for (const [old, until] of untils) {
        if (until > now) break; // They were put in by age.
        untils.delete(old);
      }
      if (!untils.has(id)) untils.set(id, now + ttlMs);
    },
  };
}
