import { createHub, type Pusher } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { createPusher, sdkPoster } from "../aws-push/posters.ts";
import { answerQuestions } from "../child.ts";
import { fanOutChat } from "../fan-out-chat.ts";
import { systemPorts } from "../system-ports.ts";

const port = Number(process.argv[2]);
const members = Number(process.argv[3]);
const concurrency = 256;
const text = "x".repeat(150);
const SDK_POSTS = 3000;
const MB = 1024 * 1024;

const ports = systemPorts();
const store = createMemoryConnectionStore(ports);
const real = createPusher(port);
const ids = Array.from({ length: members }, (_, index) => `connection-${index}=`);

let sampling = false;
let sends = 0;
let peak = 0;
const pusher: Pusher = {
  ...real,
  send(connectionId, message) {
    sends += 1;
    if (sampling && sends % (members / 8) === 0) peak = Math.max(peak, heldBytes());
    return real.send(connectionId, message);
  },
};
const log = createMemoryRoomLog(ports);
const hub = createHub(fanOutChat, { ...ports, store, log, pusher, concurrency });
const sdk = sdkPoster(port, concurrency);

/** What is held on to; what is garbage does not count. */
function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function publish(): Promise<void> {
  const { report } = await hub.publish("bench", "say", { text });
  if (report.sent !== members) throw new Error(`sent to ${report.sent} of ${members}`);
}

/** A part of the members will do for a rate: it takes long enough. */
async function loop(): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < SDK_POSTS) await sdk.post(ids[next++ % members] ?? "", text);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

async function perSecond(run: () => Promise<void>, posts: number): Promise<number> {
  const before = performance.now();
  await run();
  return (posts * 1000) / (performance.now() - before);
}

answerQuestions({
  async fill() {
    const expiresAt = Date.now() + 3_600_000;
    for (const [index, connectionId] of ids.entries()) {
      const user = { userId: `user-${index}` };
      const times = { connectedAt: Date.now(), expiresAt };
      await store.open({ connectionId, user, protocol: "hubbub.v1", rooms: [], ...times });
      await store.join(connectionId, "bench");
    }
    return members;
  },
  ours: () => perSecond(publish, members),
  sdk: () => perSecond(loop, SDK_POSTS),
  async peak() {
    const before = heldBytes();
    peak = before;
    sampling = true;
    await publish();
    sampling = false;
    return (peak - before) / MB;
  },
});
