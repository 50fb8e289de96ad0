import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createLocalApiGateway, type WebSocketEvent } from "@hubbub/local/aws";
import { pusherContract } from "@hubbub/testing/contracts";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createApiGatewayPusher } from "../src/api-gateway-pusher.ts";
import { loopbackCertificate } from "./http-scripted-server.ts";

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "tok/en+=",
};
const key = readFileSync(new URL("fixtures/loopback-key.pem", import.meta.url));
const transports = [{ transport: "own" as const }, { transport: "sdk" as const }];

/** An API that checks signatures, and what its handlers saw. */
async function startGateway() {
  const ids = new Map<string, string>();
  const ended = new Set<string>();
  const gateway = await createLocalApiGateway({
    tls: { key, cert: loopbackCertificate },
    credentials,
    routes: {
      async $connect({ requestContext, ...event }: WebSocketEvent) {
        const query = "queryStringParameters" in event ? event.queryStringParameters : undefined;
        ids.set(query?.client ?? "", requestContext.connectionId);
        return { statusCode: 200 };
      },
      async $disconnect({ requestContext }: WebSocketEvent) {
        ended.add(requestContext.connectionId);
        return { statusCode: 200 };
      },
    },
  });
  onTestFinished(() => gateway.close());
  let clients = 0;

  async function connect() {
    const name = String(clients++);
    const received: string[] = [];
    const socket = new WebSocket(`${gateway.url}?client=${name}`, { ca: loopbackCertificate });
    socket.on("message", (data) => received.push(data.toString()));
    await once(socket, "open");
    const connectionId = ids.get(name) ?? "";
    const isOver = () => ended.has(connectionId);
    return {
      connectionId,
      received: () => received,
      async drop() {
        socket.close();
        await expect.poll(isOver, { interval: 5, timeout: 2000 }).toBe(true);
      },
    };
  }
  return { gateway, connect };
}

async function setUp(options: (typeof transports)[number], keys = credentials) {
  const { gateway, connect } = await startGateway();
  const pusher = createApiGatewayPusher({
    ...options,
    endpoint: gateway.callbackUrl,
    region: "us-east-1",
    credentials: keys,
    ca: loopbackCertificate,
  });
  onTestFinished(() => pusher.destroy());
  return { pusher, connect };
}

describe.each(transports)("createApiGatewayPusher with transport $transport", (options) => {
  pusherContract({ createPusher: () => setUp(options), maxBytes: 128 * 1024 });

  it("tells what the gateway knows of a connection", async () => {
    const { pusher, connect } = await setUp(options);
    const client = await connect();
    const info = await pusher.info(client.connectionId);
    expect(info?.connectedAt).toBeTypeOf("number");
    expect(info?.sourceIp).toBe("127.0.0.1");
    await client.drop();
    expect(await pusher.info(client.connectionId)).toBeUndefined();
  });

  it("takes no connection for gone when its own secret is wrong", async () => {
    const { pusher, connect } = await setUp(options, { ...credentials, secretAccessKey: "x" });
    const { connectionId } = await connect();
    const refused = { code: "invalid_argument" };
    await expect(pusher.send(connectionId, "text")).rejects.toMatchObject(refused);
    await expect(pusher.send("never was", "text")).rejects.toMatchObject(refused);
    await expect(pusher.close(connectionId, 1000, "")).rejects.toMatchObject(refused);
  });
});
