import { PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import type { ManagementFault } from "../../../src/aws.ts";
import { connect, createTestClock, rejection, startGateway } from "../../kit.ts";
import { managementClient } from "../../management-kit.ts";

async function faulty(fault: ManagementFault, config = {}) {
  const clock = createTestClock(Date.now());
  const gateway = await startGateway({ clock });
  const client = await connect(gateway.url);
  const sdk = managementClient(gateway.callbackUrl, config);
  const ConnectionId = String(gateway.connections()[0]);
  const seen: unknown[] = [];
  gateway.faults.management = (request) => {
    seen.push(request);
    return seen.length === 1 ? fault : undefined;
  };
  const post = (Data: string) => sdk.send(new PostToConnectionCommand({ ConnectionId, Data }));
  return { clock, client, post, seen, ConnectionId };
}

describe("faults of @connections", () => {
  it.each([
    ["gone", "GoneException", 410],
    ["forbidden", "ForbiddenException", 403],
    ["limit-exceeded", "LimitExceededException", 429],
    ["buffer-full", "LimitExceededException", 429],
    ["internal", "InternalServerErrorException", 500],
  ] as const)("%s answers %s, and the client gets nothing", async (error, name, status) => {
    const { client, post, seen, ConnectionId } = await faulty({ error });
    const rejected = await rejection(post("first"));
    expect(rejected.name).toBe(name);
    expect(rejected.$metadata).toMatchObject({ httpStatusCode: status });
    await post("second");
    expect(await client.next()).toBe("second");
    const request = { method: "POST", connectionId: ConnectionId };
    expect(seen).toEqual([request, request]);
  });

  it("answers 410 although it delivered (aws/aws-sdk-js#3773)", async () => {
    const { client, post } = await faulty({ error: "gone", afterEffect: true });
    expect((await rejection(post("first"))).name).toBe("GoneException");
    expect(await client.next()).toBe("first");
  });

  it("loses an answer, whose request the SDK then repeats", async () => {
    const { client, post, seen } = await faulty(
      { error: "no-answer", afterEffect: true },
      { maxAttempts: 2 },
    );
    await post("hi");
    expect([await client.next(), await client.next(), seen.length]).toEqual(["hi", "hi", 2]);
  });

  it("is late, so that a later post overtakes", async () => {
    const { clock, client, post, seen } = await faulty({ delayMs: 500 });
    const first = post("first");
    while (seen.length < 1) await new Promise(setImmediate);
    await post("second");
    await clock.advance(500);
    await first;
    expect([await client.next(), await client.next()]).toEqual(["second", "first"]);
  });

  it("has a latency for each post", async () => {
    const clock = createTestClock(Date.now());
    const gateway = await startGateway({ clock, latency: { managementMs: 20 } });
    const client = await connect(gateway.url);
    const sdk = managementClient(gateway.callbackUrl);
    const ConnectionId = String(gateway.connections()[0]);
    const idleTimers = clock.timers;
    let done = false;
    const post = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "hi" })).then(() => {
      done = true;
    });
    while (clock.timers === idleTimers) await new Promise(setImmediate);
    await clock.advance(19);
    expect(done).toBe(false);
    await clock.advance(1);
    await post;
    expect(await client.next()).toBe("hi");
  });
});
