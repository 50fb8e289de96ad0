import { readFileSync } from "node:fs";

const SCHEDSTAT = "/proc/thread-self/schedstat"; // Linux: the nanoseconds a thread has run come first.
const hasSchedstat = readMs() !== undefined;

/**
 * Tells how long this thread has worked so far, in milliseconds: other programs on a busy machine do not
 * change it. Where the system does not tell, the time on the wall.
 */
export function workMs(): number {
  return (hasSchedstat ? readMs() : undefined) ?? performance.now();
}

function readMs(): number | undefined {
  try {
    return Number.parseInt(readFileSync(SCHEDSTAT, "latin1"), 10) / 1e6;
  } catch {
    return undefined;
  }
}
