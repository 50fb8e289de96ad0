import type { Logger } from "@hubbub/core";
import type { DynamoItem } from "./dynamo-requests.ts";

/** Is told of a row that is not what was put there, and warns once for each. */
export type Distrust = (what: string, row: DynamoItem) => void;

const MAX_KNOWN = 1000; // Rows that are remembered.
const OF_A_ROOM = /^[RL]#/;

/** Creates the warning. It names a room's partition, but no key with the id of a connection. */
export function createDistrust(logger: Logger | undefined): Distrust {
  const known = new Set<string>();
  return (what, { pk, sk }) => {
    const partition = String(pk);
    const place = `${partition} ${sk}`; // No key of ours has a space.
    if (known.has(place)) return;
    known.add(place);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
    const details = OF_A_ROOM.test(partition) ? { partition } : {};
    logger?.warn(`${what} is not as it was stored, and is passed over`, details);
  };
}
