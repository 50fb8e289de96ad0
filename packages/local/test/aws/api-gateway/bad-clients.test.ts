import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createConnection } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connect, ok, refused, startGateway } from "../../kit.ts";

const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const upgrade = (...lines: string[]) =>
  ["GET /prod HTTP/1.1", "Host: x", "Connection: Upgrade", ...lines, "", ""].join("\r\n");

/** Sends bytes and reads until the gateway hangs up. */
async function talk(port: number, ...chunks: (string | Uint8Array)[]): Promise<string> {
  const socket = createConnection(port, "127.0.0.1");
  const answer: Buffer[] = [];
  socket.on("data", (chunk) => answer.push(chunk));
  socket.on("error", () => undefined);
  for (const chunk of chunks) socket.write(chunk);
  socket.end();
  await once(socket, "close");
  return Buffer.concat(answer).toString("latin1");
}

describe("a gateway", () => {
  it.each([
    ["no key", ["Upgrade: websocket", "Sec-WebSocket-Version: 13"]],
    ["a wrong key", ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"]],
    ["another version", ["Upgrade: websocket", "Sec-WebSocket-Version: 8", KEY]],
    ["another protocol", ["Upgrade: h2c", "Sec-WebSocket-Version: 13", KEY]],
  ])("refuses an upgrade with %s before it asks $connect", async (_name, lines) => {
    let asked = 0;
    const gateway = await startGateway({
      routes: { $connect: async () => ({ statusCode: 200 + asked++ }) },
    });
    expect(await talk(gateway.port, upgrade(...lines))).toMatch(/^HTTP\/1\.1 400 /);
    expect(asked).toBe(0);
  });

  it("takes a URL of 4,096 characters and answers 414 to a longer one", async () => {
    const gateway = await startGateway({ routes: { $connect: ok } });
    const path = (chars: number) => `${gateway.url}?a=${"x".repeat(chars - "/prod?a=".length)}`;
    await connect(path(4096));
    expect((await refused(path(4097))).status).toBe(414);
  });

  it("survives whatever bytes follow the handshake", async () => {
    let handled = 0;
    const gateway = await startGateway({
      routes: {
        $default: async () => ({ statusCode: 200 + (handled++ % 2) }),
        $disconnect: ok,
      },
    });
    const hello = upgrade("Upgrade: websocket", "Sec-WebSocket-Version: 13", KEY);
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(chunks, async (sent) => {
        expect(await talk(gateway.port, hello, ...sent)).toMatch(/^HTTP\/1\.1 101 /);
      }),
      { numRuns: 150 },
    );
    const { ws, closed } = await connect(gateway.url);
    ws.close(1000);
    await closed;
    while (gateway.connections().length > 0) await new Promise(setImmediate);
    await gateway.idle();
    expect(gateway.connections()).toEqual([]);
  });

  it("survives requests that are none", async () => {
    const gateway = await startGateway();
    const requests = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.string({ minLength: 1 }).map((text) => `POST /prod/@connections/${text} HTTP/1.1\r\n\r\n`),
    );
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        expect(await talk(gateway.port, request)).not.toMatch(/^HTTP\/1\.1 [25]/);
      }),
      { numRuns: 150 },
    );
    await connect(gateway.url);
    expect(gateway.connections()).toHaveLength(1);
  });

  it("forgets a client and its timers, however it leaves", async () => {
    const gateway = await startGateway({ routes: { $connect: ok, $disconnect: ok } });
    const clients = await Promise.all([...Array(30)].map(() => connect(gateway.url)));
    for (const [index, { ws }] of clients.entries()) {
      if (index % 3 === 0) ws.close();
      else if (index % 3 === 1) ws.terminate();
      else ws.send(new Uint8Array(1));
    }
    await Promise.all(clients.map(({ closed }) => closed));
    while (gateway.connections().length > 0) await new Promise(setImmediate);
    await gateway.idle();
    expect(gateway.connections()).toEqual([]);
  });
});
