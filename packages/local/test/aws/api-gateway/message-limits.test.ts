import { describe, expect, it } from "vitest";
import type { WebSocketMessageEvent } from "../../../src/aws.ts";
import { connect, ok, startGateway } from "../../kit.ts";

const reply = (text: string) => ({ statusCode: 200, body: text });

describe("limits of messages", () => {
  const KB = 1024;

  it("takes 32 KB in one frame and 128 KB in several", async () => {
    const lengths: number[] = [];
    const handler = async ({ body }: WebSocketMessageEvent) => reply(String(body.length));
    const gateway = await startGateway({ routes: { $default: { handler, routeResponse: true } } });
    const { ws, next } = await connect(gateway.url);
    ws.send("x".repeat(32 * KB));
    lengths.push(Number(await next()));
    for (const fin of [false, false, false, true]) ws.send("x".repeat(32 * KB), { fin });
    lengths.push(Number(await next()));
    expect(lengths).toEqual([32 * KB, 128 * KB]);
  });

  it.each([
    ["a frame of more than 32 KB", [32 * KB + 1]],
    ["a later frame of more than 32 KB", [5, 32 * KB + 1]],
    ["more than 128 KB in frames of 32", [32 * KB, 32 * KB, 32 * KB, 32 * KB, 1]],
  ])("closes with 1009 on %s, and no handler sees it", async (_name, frames) => {
    const codes: unknown[] = [];
    let handled = 0;
    const gateway = await startGateway({
      routes: {
        $default: async () => ({ statusCode: 200 + handled++ }),
        $disconnect: async ({ requestContext }: { requestContext: object }) => {
          codes.push(Reflect.get(requestContext, "disconnectStatusCode"));
        },
      },
    });
    const { ws, closed } = await connect(gateway.url);
    for (const [index, bytes] of frames.entries()) {
      ws.send("x".repeat(bytes), { fin: index === frames.length - 1 });
    }
    expect((await closed).code).toBe(1009);
    await gateway.idle();
    expect([handled, codes]).toEqual([0, [1009]]);
  });

  it("closes with 1003 on a binary message", async () => {
    const gateway = await startGateway({ routes: { $default: ok } });
    const { ws, closed } = await connect(gateway.url);
    ws.send(new Uint8Array([1, 2, 3]));
    expect((await closed).code).toBe(1003);
    expect(gateway.connections()).toEqual([]);
  });
});
