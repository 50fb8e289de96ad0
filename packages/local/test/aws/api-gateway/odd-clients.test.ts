import { Buffer } from "node:buffer";
import { once } from "node:events";
import { DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import type { WebSocketEvent, WebSocketMessageEvent } from "../../../src/aws.ts";
import { createTestClock, ok, startGateway } from "../../kit.ts";
import { managementClient } from "../../management-kit.ts";
import { connectRaw, encodeFrame, type RawFrame } from "../../raw-client.ts";

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10] as const;
const KB = 1024;

const closing = (code: number, reason = ""): RawFrame => {
  const number = Buffer.alloc(2);
  number.writeUInt16BE(code);
  return { opcode: CLOSE, payload: Buffer.concat([number, Buffer.from(reason)]) };
};

/** A gateway that answers messages with themselves and keeps how clients left. */
async function watched(options: object = {}) {
  const endings: unknown[] = [];
  const handler = async ({ body }: WebSocketMessageEvent) => ({ statusCode: 200, body });
  const gateway = await startGateway({
    routes: {
      $default: { handler, routeResponse: true },
      async $disconnect({ requestContext }: WebSocketEvent) {
        const { disconnectStatusCode, disconnectReason } = Object(requestContext);
        endings.push([disconnectStatusCode, disconnectReason]);
      },
    },
    ...options,
  });
  const ending = async () => {
    while (endings.length === 0) await new Promise(setImmediate);
    return endings[0];
  };
  return { gateway, endings, ending, client: await connectRaw(gateway.port, "/prod") };
}

describe("a client without a library", () => {
  it("may send its first message with its handshake", async () => {
    const { gateway } = await watched();
    const early = await connectRaw(gateway.port, "/prod", [{ opcode: TEXT, payload: "hi" }]);
    expect(String(await early.frame(TEXT))).toBe("hi");
  });

  it("may cut a message anywhere, within a character too, and ping in between", async () => {
    const { client } = await watched();
    const bytes = Buffer.from("hé€👋o");
    const parts = [...bytes].map((_byte, index) => bytes.subarray(index, index + 1));
    client.send({ opcode: TEXT, fin: false });
    client.send({ opcode: PING, payload: "are you there?" });
    for (const payload of parts) client.send({ opcode: CONTINUATION, fin: false, payload });
    client.send({ opcode: CONTINUATION });
    expect(String(await client.frame(PONG))).toBe("are you there?");
    expect(String(await client.frame(TEXT))).toBe("hé€👋o");
  });

  it("is measured in bytes, and an unasked pong is nothing", async () => {
    const lengths: number[] = [];
    const $default = async ({ body }: WebSocketMessageEvent) => lengths.push(body.length);
    const { client, gateway, ending } = await watched();
    const counted = await startGateway({ routes: { $default } });
    const other = await connectRaw(counted.port, "/prod");
    other.send({ opcode: PONG }, { opcode: TEXT, payload: "é".repeat(16 * KB) });
    while (lengths.length === 0) await new Promise(setImmediate);
    expect(lengths).toEqual([16 * KB]);
    client.send({ opcode: TEXT, payload: `${"é".repeat(16 * KB)}x` });
    expect((await client.frame(CLOSE)).readUInt16BE()).toBe(1009);
    expect(await ending()).toEqual([1009, "Message or frame too long"]);
    expect(gateway.connections()).toEqual([]);
  });

  it("is closed with 1003 on the first of several binary frames that end a message", async () => {
    const { client, ending } = await watched();
    client.send({ opcode: BINARY, fin: false, payload: "a" });
    client.send({ opcode: CONTINUATION, payload: "b" });
    expect((await client.frame(CLOSE)).readUInt16BE()).toBe(1003);
    expect(await ending()).toEqual([1003, "Binary frames are not supported"]);
  });

  it.each([
    1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
  ])("may leave with %i, which $disconnect is told", async (code) => {
    const { client, ending } = await watched();
    client.send(closing(code, "béye"));
    expect((await client.frame(CLOSE)).readUInt16BE()).toBe(code);
    expect(await ending()).toEqual([code, "béye"]);
  });

  it.each([
    ["a code that is never sent", closing(1005)],
    ["the code of a lost connection", closing(1006)],
    ["a code that nobody has defined", closing(1016)],
    ["a code below all", closing(999)],
    ["a code above all", closing(5000)],
    ["half a code", { opcode: CLOSE, payload: "x" }],
    ["a close frame that is too long", closing(1000, "x".repeat(124))],
    ["a close frame in parts", { ...closing(1000), fin: false }],
    ["no mask", { opcode: TEXT, payload: "hi", masked: false }],
    ["a bit of an extension", { opcode: TEXT, payload: "hi", reserved: 4 }],
    ["an unknown opcode", { opcode: 3, payload: "hi" }],
    ["a continuation of nothing", { opcode: CONTINUATION, payload: "hi" }],
  ])("is closed with 1002 for %s", async (_name, frame) => {
    const { client, ending } = await watched();
    client.send(frame);
    expect((await client.frame(CLOSE)).readUInt16BE()).toBe(1002);
    expect(await ending()).toEqual([1002, "Protocol error"]);
  });

  it("is closed with 1007 for a text that is no UTF-8", async () => {
    const { client, ending } = await watched();
    client.send({ opcode: TEXT, payload: new Uint8Array([0xc3, 0x28]) });
    expect((await client.frame(CLOSE)).readUInt16BE()).toBe(1007);
    expect(await ending()).toEqual([1007, "Invalid text"]);
  });

  it("has left with 1006 if it stops in the middle of a frame", async () => {
    const { client, ending } = await watched();
    client.socket.end(encodeFrame({ opcode: TEXT, payload: "hello" }).subarray(0, 7));
    expect(await ending()).toEqual([1006, "Connection closed abnormally"]);
  });
});

describe("a client that no longer answers", () => {
  it("is hung up on once it was refused, even if it does not hang up", async () => {
    const gateway = await startGateway({ routes: { $connect: async () => ({ statusCode: 403 }) } });
    const { socket } = await connectRaw(gateway.port, "/prod");
    while (!socket.destroyed) {
      socket.write("still here"); // The gateway's end of the line is gone: that is an error.
      await new Promise(setImmediate);
    }
  });

  it("is cut for its silence, and $disconnect is told although it says nothing", async () => {
    const clock = createTestClock();
    const { client, ending, gateway } = await watched({ clock });
    client.socket.pause();
    await clock.advance(10 * 60_000);
    expect(gateway.connections()).toEqual([]);
    expect(await ending()).toEqual([1001, "Going away"]);
  });

  it("is gone once it was deleted, and what it still sends reaches nobody", async () => {
    const bodies: string[] = [];
    const $default = async ({ body }: WebSocketMessageEvent) => bodies.push(body);
    const { client, gateway } = await watched({ routes: { $default, $connect: ok } });
    const [ConnectionId] = gateway.connections();
    const sdk = managementClient(gateway.callbackUrl);
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(gateway.connections()).toEqual([]);
    client.send({ opcode: TEXT, payload: "too late" }, closing(1000));
    await once(client.socket, "end");
    await gateway.idle();
    expect(bodies).toEqual([]);
  });
});
