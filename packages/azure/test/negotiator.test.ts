import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { RejectedError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { createNegotiator, type NegotiatorOptions } from "../src/index.ts";
import { createChat } from "./event-kit.ts";
import { CONNECTION_STRING, HOST, KEY } from "./events.ts";
import { enter, startService } from "./service-kit.ts";

const now = Date.UTC(2026, 0);
const ask = (changes: { method?: string; origin?: string; cookie?: string } = {}) => {
  const { method = "GET", ...headers } = changes;
  return new Request("https://app.example/negotiate", { method, headers });
};

function create(options: Partial<NegotiatorOptions> = {}) {
  const clock = { now: () => now };
  return createNegotiator({ hub: "chat", connectionString: CONNECTION_STRING, clock, ...options });
}

const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());

async function tokenOf(response: Response) {
  const { url } = (await response.json()) as { url: string };
  const [header, payload] = (new URL(url).searchParams.get("access_token") ?? "").split(".");
  return { url, header: decode(header), payload: decode(payload) };
}

describe("createNegotiator", () => {
  it("gives the URL with a token of five minutes that holds no role", async () => {
    const { url, header, payload } = await tokenOf(await create()(ask()));
    expect(url).toMatch(`wss://${HOST}/client/hubs/chat?access_token=`);
    expect(header).toEqual({ alg: "HS256", typ: "JWT" });
    const iat = now / 1000;
    expect(payload).toEqual({ aud: `https://${HOST}/client/hubs/chat`, iat, exp: iat + 300 });
  });

  it.each([1000, 86_400_000])(
    "gives a token that is good for %i ms, wherever in a second it is made",
    async (ttlMs) => {
      for (const late of [0, 1, 999]) {
        const clock = { now: () => now + late };
        const { payload } = await tokenOf(await create({ ttlMs, clock })(ask()));
        expect(payload.iat).toBe(now / 1000);
        expect(payload.exp).toBe(Math.ceil((now + late + ttlMs) / 1000));
        expect(payload.exp * 1000).toBeGreaterThanOrEqual(now + late + ttlMs);
      }
    },
  );

  it("names who identify says, and hands its token on", async () => {
    const negotiate = create({
      ttlMs: 60_000,
      identify: ({ headers }) => ({ userId: headers.get("cookie") ?? "", token: "for hello" }),
    });
    const response = await negotiate(ask({ cookie: "ada" }));
    expect(await response.clone().json()).toMatchObject({ token: "for hello" });
    const { payload } = await tokenOf(response);
    expect(payload).toMatchObject({ sub: "ada", exp: now / 1000 + 60 });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("refuses who is rejected, and rejects with what else is thrown", async () => {
    const refuse = (error: Error) =>
      create({
        identify: () => {
          throw error;
        },
      })(ask());
    const response = await refuse(new RejectedError("signed_out"));
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: "unauthenticated", reason: "signed_out" },
    ]);
    await expect(refuse(new Error("down"))).rejects.toThrow("down");
  });

  it.each([
    ["no page", undefined, [], 200],
    ["its own page", "https://app.example", [], 200],
    ["a page that is listed", "https://chat.example", ["https://chat.example"], 200],
    ["any page", "https://evil.example", ["*"], 200],
    ["another page", "https://evil.example", ["https://chat.example"], 403],
    ["no origin at all", "null", [], 403],
    ["a longer name", "https://app.example.evil.example", [], 403],
  ])("answers %s", async (_what, origin, origins, status) => {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const response = await create({ origins })(ask({ method, ...(origin && { origin }) }));
      expect(response.status).toBe(status === 200 && method === "OPTIONS" ? 204 : status);
      const granted = status === 200 ? (origin ?? null) : null;
      expect(response.headers.get("access-control-allow-origin")).toBe(granted);
    }
  });

  it("knows no other method", async () => {
    expect((await create()(ask({ method: "DELETE" }))).status).toBe(405);
  });

  it("asks the SDK's client where there is no key here", async () => {
    const client = new WebPubSubServiceClient(CONNECTION_STRING, "chat");
    const identify = () => ({ userId: "ada" });
    const options = { connectionString: undefined, client, identify, ttlMs: 61_000 };
    const { url, payload } = await tokenOf(await create(options)(ask()));
    expect(url).toMatch(`wss://${HOST}/client/hubs/chat?access_token=`);
    expect(payload).toMatchObject({ sub: "ada", aud: `https://${HOST}/client/hubs/chat` });
    expect(payload.exp - payload.iat).toBe(120);
    expect(payload).not.toHaveProperty("role", expect.anything());
  });

  it.each([
    ["hub", { hub: "1" }],
    ["ttlMs", { ttlMs: 999 }],
    ["ttlMs", { ttlMs: 86_400_001 }],
    ["ttlMs", { ttlMs: Number.POSITIVE_INFINITY }],
    ["connectionString", { connectionString: "Endpoint=https://x" }],
    ["connectionString", { connectionString: undefined }],
    ["connectionString", { client: { getClientAccessToken: async () => ({ url: "" }) } }],
    ["client", { connectionString: undefined, client: {} as never }],
    ["origins", { origins: "*" as never }],
    ["identify", { identify: {} as never }],
    ["orgins", { orgins: [] } as never],
  ])("refuses a wrong %s", (name, options) => {
    expect(() => create(options)).toThrow(
      expect.objectContaining({ code: "invalid_argument", message: expect.stringContaining(name) }),
    );
    expect(() => create(options)).not.toThrow(KEY);
  });

  it("lets a client in whom authenticate knows by the token's claims", async () => {
    const chat = createChat({
      authenticate: ({ claims }) => ({ userId: (claims as { sub: string[] }).sub[0] ?? "" }),
    });
    const { service, handler } = await startService(chat);
    const { connectionString } = service;
    const identify = () => ({ userId: "ada" });
    const negotiate = createNegotiator({ hub: "chat", connectionString, identify });
    const { createClient } = await import("@hubbub/client");
    const { WebSocket } = await import("ws");
    const client = createClient<typeof chat>({
      WebSocket,
      negotiate: async () => (await negotiate(ask())).json() as Promise<{ url: string }>,
    });
    await enter(client);
    expect(await handler.hub.members("lobby")).toEqual([{ id: "ada" }]);
    await client.close();
  });
});
