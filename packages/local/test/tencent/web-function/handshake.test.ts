import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "../../kit.ts";
import { startFunction } from "./web-function-kit.ts";

it("loses nothing that the server says together with its handshake", async () => {
  const server = createServer((socket) => {
    socket.once("data", (request) => {
      const key = /sec-websocket-key: (.+)\r\n/i.exec(String(request))?.[1] ?? "";
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"];
      lines.push("Connection: Upgrade", `Sec-WebSocket-Accept: ${accept.digest("base64")}`);
      const hello = Buffer.from([0x81, 5, ...Buffer.from("hello")]);
      socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), hello]));
    });
    socket.on("error", () => {});
    onTestFinished(() => void socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const { url } = await startFunction({ server: async () => ({ port }) });
  const client = await connect(url);
  expect(await client.next()).toBe("hello");
});
