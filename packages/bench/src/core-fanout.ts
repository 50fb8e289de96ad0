import { startChild } from "./child.ts";
import { median, report } from "./figures.ts";

const ROUNDS = 5;
const SMALL = 1000;
const LARGE = 100_000;

/** How fast the engine serves a room over a pusher that costs nothing, and what memory that takes. */
export async function coreFanout(): Promise<void> {
  const [small, large] = [await measure(SMALL), await measure(LARGE)];
  const common = { bench: "core-fanout", peer: null, peerName: null };
  const pages = `${LARGE} members in pages of 1000`;
  report({ ...common, case: pages, unit: "sends/s", ours: large.sendsPerSecond });
  report({
    ...common,
    case: `peak memory beyond the members, ${LARGE} members less ${SMALL}`,
    unit: "MB",
    ours: large.peakMb - small.peakMb,
  });
}

async function measure(members: number): Promise<{ sendsPerSecond: number; peakMb: number }> {
  const child = await startChild("./core-fanout/engine.ts", {
    args: [String(members)],
    nodeArgs: ["--expose-gc"],
  });
  await child.ask("fill");
  const [speeds, peaks]: [number[], number[]] = [[], []];
  await child.ask("speed"); // Warms up.
  for (let round = 0; round < ROUNDS; round++) {
    speeds.push(await child.ask("speed"));
    peaks.push(await child.ask("peak"));
  }
  child.stop();
  return { sendsPerSecond: median(speeds), peakMb: median(peaks) };
}
