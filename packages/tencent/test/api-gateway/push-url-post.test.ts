import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import {
  createPushUrlPusher,
  type PushUrlPusher,
  type PushUrlPusherOptions,
} from "../../src/api-gateway.ts";

const OK = '{"errNo":0,"errMsg":"ok"}';

/** A pusher to a server of the test's own. */
async function startServer(
  answer: RequestListener,
  options: Partial<PushUrlPusherOptions> = {},
): Promise<PushUrlPusher> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const pusher = createPushUrlPusher({ url: `http://127.0.0.1:${port}/api-x`, ...options });
  onTestFinished(() => {
    pusher.destroy();
    server.closeAllConnections();
    server.close();
  });
  return pusher;
}

/** A clock whose time stands still but for what the test adds, as that of an instance that is frozen. */
function createFreezer() {
  let time = Date.UTC(2026, 0);
  const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
  const freeze = (ms: number) => {
    time += ms;
  };
  return { clock: { now: () => time, sleep }, freeze };
}

it("makes the second try on a new connection, when all that were kept have died", async () => {
  const used = new WeakSet<Socket>();
  const pusher = await startServer((request, response) => {
    if (used.has(request.socket)) request.socket.destroy();
    else response.end(OK);
    used.add(request.socket);
  });
  const both = await Promise.all([pusher.send("a==", "1"), pusher.send("b==", "1")]);
  expect(both).toEqual(["sent", "sent"]);
  expect(await pusher.send("a==", "2")).toBe("sent");
});

it.each([
  ["is cut", "throttled"],
  ["ends with a 500", "unavailable"],
])(
  "makes no second try after its time, when an instance was frozen and the first one %s",
  async (end, outcome) => {
    const { clock, freeze } = createFreezer();
    let requests = 0;
    const answer: RequestListener = (request, response) => {
      requests++;
      freeze(2000);
      if (end === "is cut") request.socket.destroy();
      else response.writeHead(500).end();
    };
    const pusher = await startServer(answer, { clock });
    expect(await pusher.send("a==", "1").catch(({ code }) => code)).toBe(outcome);
    expect(requests).toBe(1);
  },
);

it("opens a new connection after a freeze, whatever was under way then", async () => {
  const { clock, freeze } = createFreezer();
  const sockets = new Set<Socket>();
  const hanging: Socket[] = [];
  const answer: RequestListener = (request, response) => {
    sockets.add(request.socket);
    if (sockets.size === 1) hanging.push(request.socket);
    else response.end(OK);
  };
  const pusher = await startServer(answer, { clock });
  const hung = pusher.send("a==", "1");
  await expect.poll(() => hanging.length).toBe(1);
  expect(await pusher.send("b==", "1")).toBe("sent");
  expect(sockets.size).toBe(2);
  freeze(30_001);
  expect(await pusher.send("b==", "2")).toBe("sent");
  expect(sockets.size).toBe(3);
  expect(await hung).toBe("throttled");
});
