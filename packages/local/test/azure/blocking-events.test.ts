import { describe, expect, it } from "vitest";
import { connect } from "../kit.ts";
import { json, startWithHandler } from "./web-pubsub-event-kit.ts";
import { namesOf, text, until } from "./web-pubsub-kit.ts";

describe("the blocking events of a client", () => {
  it("come one at a time, while those of other clients go on", async () => {
    const waiting: (() => void)[] = [];
    const { service, events } = await startWithHandler(async ({ body }) => {
      if (body === "wait") await new Promise<void>((go) => waiting.push(go));
      return new Response(body);
    });
    const ada = await connect(service.clientUrl("chat"));
    const bob = await connect(service.clientUrl("chat"));
    ada.ws.send("wait");
    await until(() => waiting.length === 1);
    ada.ws.send("second");
    bob.ws.send("other");
    expect(await bob.next()).toBe("other");
    expect(events.some(({ body }) => body === "second")).toBe(false);
    waiting[0]?.();
    expect([await ada.next(), await ada.next()]).toEqual(["wait", "second"]);
  });

  it("are all there before disconnected when the client says goodbye", async () => {
    const { service, events } = await startWithHandler(async () => {
      await new Promise(setImmediate);
      return undefined;
    });
    const client = await connect(service.clientUrl("chat"));
    await until(() => events.length === 2);
    client.ws.send("last words");
    client.ws.close(1000, "bye");
    await until(() => events.length === 4);
    expect(namesOf(events).slice(2)).toEqual(["message", "disconnected"]);
    expect(events[3]?.body).toBe('{"reason":"bye"}');
  });

  it("are answered by their content type", async () => {
    const answers: Record<string, () => Response | undefined> = {
      text: () => new Response("t", { headers: { "content-type": "text/plain; charset=utf-8" } }),
      json: () => json({ a: 1 }),
      bytes: () => new Response(new Uint8Array([1])),
      typed: () => new Response("b", { headers: { "content-type": "application/octet-stream" } }),
      empty: () => new Response(null, { status: 200 }),
    };
    const { service } = await startWithHandler(({ body }) => answers[body]?.());
    const client = await connect(service.clientUrl("chat"));
    const seen: unknown[] = [];
    client.ws.on("message", (data, isBinary) => seen.push([String(data), isBinary]));
    for (const name of Object.keys(answers)) client.ws.send(name);
    await until(() => seen.length === 4);
    await service.idle();
    expect(seen).toEqual([
      ...[
        ["t", false],
        ['{"a":1}', false],
        ["\u0001", true],
        ["b", true],
      ],
    ]);
  });

  it.each([
    ["answers 400", () => new Response(null, { status: 400 })],
    [
      "answers an unknown type",
      () => new Response("x", { headers: { "content-type": "image/png" } }),
    ],
    [
      "answers JSON that is none",
      () => new Response("{", { headers: { "content-type": "application/json" } }),
    ],
    ["answers more than 16 MiB", () => new Response(new Uint8Array(16 * 1024 * 1024 + 1))],
  ])("close a simple client with 1011 when its handler %s", async (_name, answer) => {
    const { service, events, clock } = await startWithHandler(({ headers }) =>
      headers["ce-eventname"] === "message" ? answer() : undefined,
    );
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("x");
    let closed = false;
    void client.closed.then(() => {
      closed = true;
    });
    while (!closed) await clock.advance(1000);
    expect((await client.closed).code).toBe(1011);
    await until(() => namesOf(events).includes("disconnected"));
  });

  it("tell of bytes as bytes", async () => {
    const { service, events } = await startWithHandler();
    const client = await connect(service.clientUrl("chat"));
    client.ws.send(Buffer.from("x"));
    await until(() => events.length === 3);
    expect(events[2]?.headers["content-type"]).toBe("application/octet-stream");
  });

  it("hold a user's name in UTF-8, and encode one that no header can hold", async () => {
    const { service, events, sdk } = await startWithHandler();
    await connect(service.clientUrl("chat", { userId: "Ünï" }));
    const bytes = Buffer.from(events[0]?.headers["ce-userid"] ?? "", "latin1");
    expect(bytes.toString()).toBe("Ünï");
    await connect(service.clientUrl("chat", { userId: "a\nb" }));
    const names = events.map(({ headers }) => headers["ce-userid"]);
    expect(names).toContain("a%0Ab");
    expect(await sdk.userExists("Ünï")).toBe(true);
    await sdk.sendToUser("Ünï", "x", text);
  });
});
