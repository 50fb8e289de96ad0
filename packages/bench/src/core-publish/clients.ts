import { createHub, defineChat, type HubGateway, type Pusher } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { z } from "zod";
import { answerQuestions } from "../child.ts";
import { systemPorts } from "../system-ports.ts";

const [rooms = 0, members = 0, publishes = 0] = process.argv.slice(2).map(Number);

const unlimited = { perSecond: Infinity, burst: Infinity };
const chat = defineChat({
  events: { say: { data: z.object({ text: z.string() }) } },
  presence: false,
  limits: { connectionRate: unlimited, userRate: unlimited },
});
const pusher: Pusher = { send: async () => "sent", close: async () => {} };
const text = "x".repeat(150);

/** Fills a room and has its first member publish, one message after the other's ack. */
async function fillRoom(hub: HubGateway, room: string): Promise<void> {
  for (let index = 0; index < members; index++) {
    const connectionId = `${room}-${index}`;
    await hub.register({ connectionId, subprotocols: ["hubbub.v1"] });
    const hello = { type: "hello", session: `session-of-${connectionId}` };
    await expectFrame(hub, connectionId, [hello, { type: "join", room }], "joined");
  }
  const connectionId = `${room}-0`;
  const { epoch } = await expectFrame(hub, connectionId, [{ type: "join", room }], "joined");
  for (let after = 0; after < publishes; after++) {
    const frame = { type: "publish", room, event: "say", mid: `m${after}`, epoch, after };
    await expectFrame(hub, connectionId, [{ ...frame, data: { text } }], "ack");
  }
}

async function expectFrame(
  hub: HubGateway,
  connectionId: string,
  frames: readonly object[],
  type: string,
): Promise<{ epoch?: string }> {
  const result = await hub.transport({ connectionId, data: JSON.stringify(frames) });
  await result.done;
  const answers = result.replies.flatMap((reply) => JSON.parse(reply));
  const answer = answers.find((frame) => frame.type === type);
  if (!answer) throw new Error(`no ${type} in ${result.replies.join()}`);
  return answer;
}

answerQuestions({
  async run() {
    const ports = systemPorts();
    const [store, log] = [createMemoryConnectionStore(ports), createMemoryRoomLog(ports)];
    const hub = createHub(chat, { ...ports, store, log, pusher });
    const before = performance.now();
    for (let room = 0; room < rooms; room++) await fillRoom(hub as HubGateway, `room-${room}`);
    return performance.now() - before;
  },
});
