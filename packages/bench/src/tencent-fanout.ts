import { createHub, type HubGateway } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { createPushUrlPusher } from "@hubbub/tencent/api-gateway";
import { startChild } from "./child.ts";
import { fanOutChat } from "./fan-out-chat.ts";
import { median, report } from "./figures.ts";
import { systemPorts } from "./system-ports.ts";
import { memberId } from "./tencent-fanout/member-id.ts";
import { barePost, classicPost, type Post } from "./tencent-fanout/posters.ts";

const MEMBERS = 1000;
const SERVICE_MS = 20;
const CONCURRENCY = 128; // What the functions of @hubbub/tencent have by default.
const ROUNDS = 5;
const CLASSIC_POSTS = 100; // One after the other: a tenth of the members takes two seconds.
const TEXT = "x".repeat(150);

/** What a fan-out came to. */
interface Round {
  perSecond: number;
  cpuMicros: number;
}

/** A fan-out through a push URL that takes its time, beside the classic design and a bare HTTP client. */
export async function tencentFanout(): Promise<void> {
  const gateway = await startChild("./tencent-fanout/gateway.ts", {
    args: [String(MEMBERS), String(SERVICE_MS)],
  });
  const [port, path] = [await gateway.ask("port"), await gateway.ask("path")];
  const pushUrl = `http://127.0.0.1:${port}/api-${path.toString(16).padStart(8, "0")}`;
  if ((await gateway.ask("fill")) !== MEMBERS) throw new Error("not every member came in");

  const hub = await createRoom(pushUrl);
  const bare = barePost(pushUrl, CONCURRENCY);
  const classic = classicPost(pushUrl);
  const rounds: Record<"ours" | "bare" | "classic", Round[]> = { ours: [], bare: [], classic: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const ours = await measure(() => publish(hub), MEMBERS);
    const kept = await measure(() => postAll(bare, MEMBERS, CONCURRENCY), MEMBERS);
    if (round < 0) continue; // The first one opens the connections.
    rounds.ours.push(ours);
    rounds.bare.push(kept);
    rounds.classic.push(await measure(() => postAll(classic, CLASSIC_POSTS, 1), CLASSIC_POSTS));
  }
  const expected = 2 * MEMBERS * (ROUNDS + 1) + CLASSIC_POSTS * ROUNDS;
  const heard = await gateway.ask("heard");
  if (heard !== expected) throw new Error(`${heard} of ${expected} messages arrived`);
  gateway.stop();

  const middle = (who: keyof typeof rounds, key: keyof Round) =>
    median(rounds[who].map((round) => round[key]));
  const common = { bench: "tencent-fanout", case: `${MEMBERS} members, ${SERVICE_MS} ms a push` };
  report({
    ...{ ...common, unit: "pushes/s", peerName: "one POST after another, a new connection each" },
    ...{ ours: middle("ours", "perSecond"), peer: middle("classic", "perSecond") },
  });
  report({
    ...{ ...common, unit: "CPU µs/push", peerName: "node:http, kept connections" },
    ...{ ours: middle("ours", "cpuMicros"), peer: middle("bare", "cpuMicros") },
  });
}

async function createRoom(
  pushUrl: string,
): Promise<HubGateway<typeof fanOutChat.definition.events>> {
  const ports = systemPorts();
  const store = createMemoryConnectionStore(ports);
  const log = createMemoryRoomLog(ports);
  const pusher = createPushUrlPusher({ url: pushUrl, urlVerified: true });
  for (let index = 0; index < MEMBERS; index++) {
    const connectionId = memberId(index);
    const times = { connectedAt: Date.now(), expiresAt: Date.now() + 3_600_000 };
    const user = { userId: `user-${index}` };
    await store.open({ connectionId, user, protocol: "hubbub.v1", rooms: [], ...times });
    await store.join(connectionId, "bench");
  }
  return createHub(fanOutChat, { ...ports, store, log, pusher, concurrency: CONCURRENCY });
}

async function publish(hub: Awaited<ReturnType<typeof createRoom>>): Promise<void> {
  const { report: outcome } = await hub.publish("bench", "say", { text: TEXT });
  if (outcome.sent !== MEMBERS) throw new Error(`sent to ${outcome.sent} of ${MEMBERS}`);
}

async function postAll(post: Post, posts: number, concurrency: number): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < posts) await post(next++, TEXT);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

async function measure(run: () => Promise<void>, posts: number): Promise<Round> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await run();
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: posts / seconds, cpuMicros: (user + system) / posts };
}
