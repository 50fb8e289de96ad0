import { startChild } from "./child.ts";
import { median, report } from "./figures.ts";

const ROUNDS = 5;
const BASE = { rooms: 20, members: 50 };
const PUBLISHES = 20;
const WARM_UP = 2; // Rounds for the compilers.

/** What register, join, publish and ack cost through the memory backend, and how that grows. */
export async function corePublish(): Promise<void> {
  const { rooms, members } = BASE;
  const sizes = [BASE, { rooms: 10 * rooms, members }, { rooms, members: 10 * members }];
  const [base = 0, moreRooms = 0, moreMembers = 0] = await measure(sizes);
  const common = { bench: "core-publish", peer: null, peerName: null };
  report({
    ...common,
    case: `${rooms} rooms of ${members}: register, join, ${PUBLISHES} publishes a room, acks`,
    unit: "events/s",
    ours: (1000 * rooms * (2 * members + PUBLISHES)) / base,
  });
  const unit = "times the time";
  report({ ...common, case: "10 times the rooms", unit, ours: moreRooms / base });
  report({ ...common, case: "10 times the members", unit, ours: moreMembers / base });
}

/** Milliseconds for the whole work at each size, each time on an empty backend, taking turns. */
async function measure(sizes: readonly (typeof BASE)[]): Promise<number[]> {
  const runs = await Promise.all(
    sizes.map(async ({ rooms, members }) => {
      const args = [rooms, members, PUBLISHES].map(String);
      const child = await startChild("./core-publish/clients.ts", { args });
      return { child, times: [] as number[] };
    }),
  );
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const { child, times } of runs) {
      const time = await child.ask("run");
      if (round >= 0) times.push(time);
    }
  }
  for (const { child } of runs) child.stop();
  return runs.map(({ times }) => median(times));
}
