/** Ids in the order they were added, paged by a cursor that stays good whatever is deleted. */
export interface OrderedIds {
  readonly size: number;
  add(id: string): void;
  delete(id: string): boolean;
  has(id: string): boolean;
  /** Up to `limit` ids after the cursor; the cursor is absent at the end. */
  page(cursor: string | undefined, limit: number): { ids: string[]; cursor: string | undefined };
  ids(): IterableIterator<string>;
}

/** Creates an empty list. Adding, deleting and finding a cursor's place cost at most log(n). */
export function createOrderedIds(): OrderedIds {
  const orders = new Map<string, number>();
  let slots: { order: number; id: string | undefined }[] = [];
  let next = 1;

  /** The index of the first slot with at least this order. */
  function indexOf(order: number): number {
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((slots[middle]?.order ?? Infinity) < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get size() {
      return orders.size;
    },
    add(id) {
      if (orders.has(id)) return;
      orders.set(id, next);
      slots.push({ order: next++, id });
    },
    delete(id) {
      const order = orders.get(id);
      if (order === undefined) return false;
      orders.delete(id);
      const slot = slots[indexOf(order)];
      if (slot) slot.id = undefined;
      // Holes are swept once they are the most: on average a deletion moves two slots.
      if (slots.length > 16 && orders.size * 2 < slots.length) {
        slots = slots.filter((kept) => kept.id !== undefined);
      }
      return true;
    },
    has: (id) => orders.has(id),
    page(cursor, limit) {
      const ids: string[] = [];
      let index = indexOf(Number(cursor ?? 0) + 1);
      for (; index < slots.length && ids.length < limit; index++) {
        const id = slots[index]?.id;
        if (id !== undefined) ids.push(id);
      }
      const last = slots[index - 1]?.order;
      return { ids, cursor: index < slots.length ? String(last) : undefined };
    },
    ids: () => orders.keys(),
  };
}

/** Adds an id to those of a key, which may have none yet. */
export function addId(table: Map<string, OrderedIds>, key: string, id: string): void {
  let ids = table.get(key);
  if (!ids) {
    ids = createOrderedIds();
    table.set(key, ids);
  }
  ids.add(id);
}

/** Removes an id from those of a key; a key without ids is forgotten. */
export function removeId(table: Map<string, OrderedIds>, key: string, id: string): void {
  const ids = table.get(key);
  ids?.delete(id);
  if (ids?.size === 0) table.delete(key);
}
