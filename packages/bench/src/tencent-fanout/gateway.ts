import { once } from "node:events";
import { createLocalTencentGateway } from "@hubbub/local/tencent";
import { WebSocket } from "ws";
import { answerQuestions } from "../child.ts";
import { memberId } from "./member-id.ts";

// A WebSocket API with its members; each push takes its time.
const [members = 0, pushMs = 0] = process.argv.slice(2).map(Number);
let ids = 0;
const gateway = await createLocalTencentGateway({
  register: async ({ websocket: { secConnectionID } }) => ({
    ...{ errNo: 0, errMsg: "ok" },
    websocket: { action: "connecting", secConnectionID },
  }),
  transport: async () => undefined,
  createId: () => memberId(ids++),
  latency: { pushMs },
});
let heard = 0;
const path = Number.parseInt(gateway.pushUrl.slice(-8), 16);

async function join(): Promise<void> {
  const socket = new WebSocket(gateway.url);
  socket.on("message", () => {
    heard++;
  });
  await once(socket, "open");
}

answerQuestions({
  port: () => gateway.port,
  path: () => path,
  async fill() {
    for (let n = 0; n < members; n += 100) {
      await Promise.all(Array.from({ length: Math.min(100, members - n) }, join));
    }
    return gateway.connections().length;
  },
  heard: () => heard,
});
