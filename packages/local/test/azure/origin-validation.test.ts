import { describe, expect, it } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { connect, createTestClock } from "../kit.ts";
import { refusedClient, startService, until } from "./web-pubsub-kit.ts";

/** A handler whose answers to OPTIONS and GET are given. */
async function start(
  answer: (request: Request) => Response | Promise<Response>,
  options: LocalWebPubSubOptions = {},
) {
  const clock = createTestClock();
  const seen: string[] = [];
  const headers: Record<string, string>[] = [];
  const handler = async (request: Request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname}`);
    if (request.method === "POST") return new Response(null, { status: 204 });
    headers.push(Object.fromEntries(request.headers));
    return answer(request);
  };
  const eventHandlers = [{ handler, systemEvents: ["connect"] as const }];
  const service = await startService({ clock, hubs: { chat: { eventHandlers } }, ...options });
  return { clock, seen, headers, service, url: service.clientUrl("chat") };
}

const allow = (origin: string) => () =>
  new Response(null, { headers: { "WebHook-Allowed-Origin": origin } });

const OPTIONS = "OPTIONS /api/chat/validate";
const POST = "POST /api/chat/connect";

describe("the validation of a handler", () => {
  it("comes before the first event, and about every minute", async () => {
    const { clock, seen, headers, url, service } = await start(allow("*"));
    await connect(url);
    await connect(url);
    await clock.advance(59_999);
    await connect(url);
    expect(seen).toEqual([OPTIONS, POST, POST, POST]);
    await clock.advance(1);
    await connect(url);
    await until(() => seen.length === 6);
    expect(seen.filter((one) => one === OPTIONS)).toHaveLength(2);
    const host = `127.0.0.1:${service.port}`;
    expect(headers[0]).toEqual({ "webhook-request-origin": host, "ce-awpsversion": "1.0" });
  });

  it.each([
    ["another origin", allow("elsewhere.example")],
    ["no origin", () => new Response(null)],
    ["403", () => new Response(null, { status: 403, headers: { "WebHook-Allowed-Origin": "*" } })],
    ["an exception", () => Promise.reject(new Error("a bug"))],
  ])("keeps events from one that answers with %s, and asks again later", async (_name, answer) => {
    const { clock, seen, url } = await start(answer);
    expect((await refusedClient(url)).status).toBe(500);
    expect((await refusedClient(url)).status).toBe(500);
    expect(seen).toEqual([OPTIONS]);
    await clock.advance(1000);
    expect((await refusedClient(url)).status).toBe(500);
    expect(seen).toEqual([OPTIONS, OPTIONS]);
    await clock.advance(1999);
    await refusedClient(url);
    expect(seen).toHaveLength(2);
  });

  it("asks with GET where OPTIONS is not found", async () => {
    const { seen, url } = await start(({ method }) =>
      method === "GET" ? allow("*")() : new Response(null, { status: 404 }),
    );
    await connect(url);
    expect(seen).toEqual([OPTIONS, "GET /api/chat/validate", POST]);
  });

  it("gives up after 10 seconds", async () => {
    const { clock, seen, url } = await start(async () => new Promise<never>(() => undefined));
    const refusal = refusedClient(url);
    await until(() => seen.length === 1);
    await clock.advance(10_000);
    expect((await refusal).status).toBe(500);
  });

  it.each(["b.example", "A.example", "x, b.example"])(
    "sends several origins, and takes %s for an answer",
    async (origin) => {
      const webHookOrigin = "a.example, b.example";
      const { headers, url } = await start(allow(origin), { webHookOrigin });
      await connect(url);
      expect(headers[0]?.["webhook-request-origin"]).toBe(webHookOrigin);
    },
  );
});
