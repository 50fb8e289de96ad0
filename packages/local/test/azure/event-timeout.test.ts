import { describe, expect, it, vi } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { connect, createTestClock } from "../kit.ts";
import { createHandler, type SeenEvent, startService, until } from "./web-pubsub-kit.ts";

async function start(
  answer: (event: SeenEvent) => Response | undefined | Promise<Response | undefined>,
  options: LocalWebPubSubOptions = {},
) {
  const { handler, events } = createHandler((event) =>
    event.body === "hi" ? answer(event) : undefined,
  );
  const clock = createTestClock();
  const hubs = { chat: { eventHandlers: [{ handler }] } };
  const service = await startService({ hubs, clock, ...options });
  const client = await connect(service.clientUrl("chat", { userId: "ada" }));
  const messages = () => events.filter(({ body }) => body === "hi");
  return { messages, clock, service, client };
}

describe("the time that an event has", () => {
  it("ends for an answer whose body does not, too, and whoever writes it is told", async () => {
    const cancel = vi.fn();
    const { client, clock, messages } = await start(
      () => new Response(new ReadableStream({ cancel })),
      { eventTimeoutMs: 100 },
    );
    client.ws.send("hi");
    await until(() => messages().length === 1);
    await clock.advance(100);
    expect((await client.closed).code).toBe(1011);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it("is not waited for where the next try would begin after it", async () => {
    const { client, clock, messages } = await start(() => new Response(null, { status: 500 }), {
      eventTimeoutMs: 4000,
    });
    client.ws.send("hi");
    await until(() => messages().length === 1);
    await clock.advance(1000);
    expect((await client.closed).code).toBe(1011);
    expect(messages()).toHaveLength(2);
  });

  it("allows a try that begins a millisecond before it ends", async () => {
    const { client, clock, messages } = await start(() => new Response(null, { status: 500 }), {
      eventTimeoutMs: 4001,
    });
    client.ws.send("hi");
    await until(() => messages().length === 1);
    await clock.advance(1000);
    await until(() => messages().length === 2);
    await clock.advance(3000);
    expect((await client.closed).code).toBe(1011);
    expect(messages()).toHaveLength(3);
  });

  it("is 100 seconds, and no millisecond less", async () => {
    const { client, clock, messages } = await start(() => new Promise<never>(() => undefined));
    let isClosed = false;
    void client.closed.then(() => {
      isClosed = true;
    });
    client.ws.send("hi");
    await until(() => messages().length === 1);
    await clock.advance(99_999);
    await new Promise((resolve) => client.ws.once("pong", resolve).ping()); // A close would have come before.
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect((await client.closed).code).toBe(1011);
  });
});
