import type { Logger } from "./ports.ts";

/**
 * Is told of a row that is not what was put there, such as `"the row of a connection"`, and where it lies.
 * It warns once for each place, and never names it: keys hold ids of connections. What may be named goes
 * into `details`.
 */
export type Distrust = (what: string, place: string, details?: Record<string, unknown>) => void;

const MAX_KNOWN = 1000; // Places that are remembered.

/**
 * Creates what warns of rows that can't be read.
 *
 * @param logger Where to. (Default: nowhere)
 */
export function createDistrust(logger: Logger | undefined): Distrust {
  const known = new Set<string>();
  return (what, place, details) => {
    if (known.has(place)) return;
    known.add(place);
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value as string);
    logger?.warn(`${what} is not as it was stored, and is passed over`, details);
  };
}
