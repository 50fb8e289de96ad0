import { once } from "node:events";
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createPushUrlPusher } from "../../src/api-gateway.ts";

it("makes the second try on a new connection, when all that were kept have died", async () => {
  const used = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    if (used.has(request.socket)) request.socket.destroy();
    else response.end('{"errNo":0,"errMsg":"ok"}');
    used.add(request.socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const pusher = createPushUrlPusher({ url: `http://127.0.0.1:${port}/api-x` });
  onTestFinished(() => {
    pusher.destroy();
    server.closeAllConnections();
    server.close();
  });
  const both = await Promise.all([pusher.send("a==", "1"), pusher.send("b==", "1")]);
  expect(both).toEqual(["sent", "sent"]);
  expect(await pusher.send("a==", "2")).toBe("sent");
});
