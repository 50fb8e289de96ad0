import { setTimeout as sleep } from "node:timers/promises";
import { median, report } from "./figures.ts";
import { type Audience, createAudience } from "./node-fanout/audience.ts";
import { bareWs, createHubbub, socketIo } from "./node-fanout/dialects.ts";

const MEMBERS = 500;
const ROUNDS = 31; // Many and short: what else runs on the machine hits all alike.
const SINGLES = 20;
const BURSTS = 2;
const BURST = 20;
const WARM_UP = 3;
const QUIET_MS = 3000; // Presence settles, the compilers finish.

/** The CPU that a delivery costs a server with 500 clients in one room, beside that of others. */
export async function nodeFanout(): Promise<void> {
  const audiences: Audience[] = [];
  for (const dialect of [createHubbub(), bareWs, socketIo]) {
    audiences.push(await createAudience(dialect, MEMBERS));
  }
  await sleep(QUIET_MS);

  const singles = await compare(audiences, SINGLES, 1);
  const bursts = await compare(audiences, BURSTS, BURST);
  for (const audience of audiences) audience.stop();

  const [ours = 0, ...others] = singles;
  const [oursBurst = 0, ...othersBurst] = bursts;
  others.forEach((peer, index) => {
    const peerName = audiences[index + 1]?.name ?? "";
    const common = { bench: "node-fanout", peerName };
    const single = { ...common, case: `${MEMBERS} members, one message at a time`, ours, peer };
    report({ ...single, unit: "µs CPU/delivery" });
    const perSecond = { ours: 1e6 / oursBurst, peer: 1e6 / (othersBurst[index] ?? Number.NaN) };
    const burst = { ...common, case: `${MEMBERS} members, ${BURST} messages a tick`, ...perSecond };
    report({ ...burst, unit: "deliveries/CPU second" });
  });
}

/** Takes turns; answers each audience's median of microseconds of CPU per delivery. */
async function compare(
  audiences: readonly Audience[],
  times: number,
  senders: number,
): Promise<number[]> {
  const costs = audiences.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, audience] of audiences.entries()) {
      const before = await audience.cpu();
      for (let time = 0; time < times; time++) await audience.round(senders);
      const cost = (await audience.cpu()) - before;
      // Rounds below 0 warm up.
      if (round >= 0) costs[index]?.push(cost / (times * senders * (MEMBERS - 1)));
    }
  }
  return costs.map(median);
}
