import { startChild } from "./child.ts";
import { median, report } from "./figures.ts";

const MEMBERS = 10_000;
const FEW = 1000;
const SERVICE_MS = 20;
const ROUNDS = 3;

/** A fan-out to a big room through a callback API that takes its time, beside a loop of the official client. */
export async function awsFanout(): Promise<void> {
  const api = await startChild("./aws-push/callback-api.ts", { args: [String(SERVICE_MS)] });
  const port = String(await api.ask("port"));
  const nodeArgs = ["--expose-gc"];
  const child = (members: number) =>
    startChild("./aws-fanout/fan-out.ts", { args: [port, String(members)], nodeArgs });
  const [few, all] = [await child(FEW), await child(MEMBERS)];
  await few.ask("fill");
  await all.ask("fill");

  const [ours, peer]: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const rates = [await all.ask("ours"), await all.ask("sdk")] as const;
    if (round < 0) continue; // The first one warms up.
    ours.push(rates[0]);
    peer.push(rates[1]);
  }
  const common = { bench: "aws-fanout" };
  report({
    ...common,
    case: `${MEMBERS} members, ${SERVICE_MS} ms service time, 256 at once`,
    unit: "posts/s",
    ours: median(ours),
    peer: median(peer),
    peerName: "SDK PostToConnectionCommand",
  });
  await few.ask("ours"); // Its connections are open, too.
  report({
    ...common,
    case: `peak memory in a fan-out, ${MEMBERS} members less ${FEW}`,
    unit: "MB",
    ours: (await all.ask("peak")) - (await few.ask("peak")),
    peer: null,
    peerName: null,
  });
  for (const { stop } of [few, all, api]) stop();
}
