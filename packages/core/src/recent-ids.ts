/** Ids that this process has seen, the latest 50,000 of them. */
export interface RecentIds {
  /** True if it was not there. */
  add(id: string): boolean;
  delete(id: string): void;
}

const MAX_IDS = 50_000;

/** Creates an empty set. */
export function createRecentIds(): RecentIds {
  const ids = new Set<string>();
  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > MAX_IDS) ids.delete(ids.values().next().value as string);
      return true;
    },
    delete: (id) => void ids.delete(id),
  };
}
