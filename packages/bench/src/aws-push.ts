import { ourPoster, type Poster, sdkPoster, undiciPoster } from "./aws-push/posters.ts";
import { startChild } from "./child.ts";
import { median, report } from "./figures.ts";

const CONCURRENCY = 64;
const ROUNDS = 5;
const ROUND_MS = 1000;
const WARM_UP_POSTS = 4000; // The compilers need as many for the SDK.
const BODY = "b".repeat(250);

/** What the posts of a while came to. */
interface Round {
  perSecond: number;
  perCpuSecond: number;
}

/** The CPU that a post costs a function, beside the official client and a client that signs nothing. */
export async function awsPush(): Promise<void> {
  const child = await startChild("./aws-push/callback-api.ts");
  const port = await child.ask("port");
  const posters = [
    ourPoster(port),
    sdkPoster(port, CONCURRENCY),
    undiciPoster(port, CONCURRENCY),
  ] as const;
  const rounds: Round[][] = posters.map(() => []);
  for (const poster of posters) await run(poster, (posts) => posts < WARM_UP_POSTS);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, poster] of posters.entries()) {
      rounds[index]?.push(await run(poster, (_, ms) => ms < ROUND_MS));
    }
  }
  child.stop();

  const middle = (index: number, key: keyof Round) =>
    median((rounds[index] ?? []).map((result) => result[key]));
  const common = { bench: "aws-push", case: `TLS, ${CONCURRENCY} posts at once` };
  for (const [index, { name: peerName }] of posters.entries()) {
    if (index === 0) continue;
    for (const [key, unit] of [
      ["perCpuSecond", "posts/CPU second"],
      ["perSecond", "posts/s"],
    ] as const) {
      report({ ...common, unit, ours: middle(0, key), peer: middle(index, key), peerName });
    }
  }
}

/** Posts as long as `more` wants it. */
async function run(poster: Poster, more: (posts: number, ms: number) => boolean): Promise<Round> {
  let posts = 0;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const work = async () => {
    while (more(posts, performance.now() - begin)) {
      posts++;
      await poster.post(`L0SM9cOF${posts % 10_000}HcCIhw=`, BODY);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: posts / seconds, perCpuSecond: (posts * 1e6) / (user + system) };
}
