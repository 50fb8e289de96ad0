import { createHub, type Pusher } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { answerQuestions } from "../child.ts";
import { fanOutChat } from "../fan-out-chat.ts";
import { systemPorts } from "../system-ports.ts";

const members = Number(process.argv[2]);
const SAMPLE_EVERY = 250;
const MB = 1024 * 1024;

const ports = systemPorts();
const store = createMemoryConnectionStore(ports);

let sampling = false;
let sends = 0;
let peak = 0;
const pusher: Pusher = {
  async send() {
    sends += 1;
    // What is garbage does not count: only what the engine holds on to.
    if (sampling && sends % Math.max(SAMPLE_EVERY, members / 8) === 0) {
      globalThis.gc?.();
      peak = Math.max(peak, process.memoryUsage().heapUsed);
    }
    return "sent";
  },
  async close() {},
};
const hub = createHub(fanOutChat, { ...ports, store, log: createMemoryRoomLog(ports), pusher });

async function publish(): Promise<void> {
  const { report } = await hub.publish("bench", "say", { text: "x".repeat(150) });
  if (report.sent !== members) throw new Error(`sent to ${report.sent} of ${members}`);
}

answerQuestions({
  async fill() {
    const expiresAt = Date.now() + 3_600_000;
    for (let index = 0; index < members; index++) {
      const connectionId = `connection-${index}`;
      const user = { userId: `user-${index}` };
      const times = { connectedAt: Date.now(), expiresAt };
      await store.open({ connectionId, user, protocol: "hubbub.v1", rooms: [], ...times });
      await store.join(connectionId, "bench");
    }
    return members;
  },
  async speed() {
    const times = Math.ceil(200_000 / members);
    const before = performance.now();
    for (let time = 0; time < times; time++) await publish();
    return (times * members * 1000) / (performance.now() - before);
  },
  async peak() {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    peak = before;
    sampling = true;
    await publish();
    sampling = false;
    return (peak - before) / MB;
  },
});
