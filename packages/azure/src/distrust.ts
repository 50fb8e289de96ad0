import type { Logger } from "@hubbub/core";
import type { TableKey } from "./table-keys.ts";

/**
 * Is told of a row that is not what was put there. It warns once for each row, and names only the
 * partition: row keys hold ids of connections.
 */
export type Distrust = (what: string, key: TableKey) => void;

const MAX_KNOWN = 1000; // Rows that are remembered.

/** Creates the warning. */
export function createDistrust(logger: Logger | undefined): Distrust {
  const known = new Set<string>();
  return (what, { partitionKey, rowKey }) => {
    const place = `${partitionKey} ${rowKey}`; // No key of ours has a space.
    if (known.has(place)) return;
    known.add(place);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
    logger?.warn(`${what} is not as it was stored, and is passed over`, { partitionKey });
  };
}
