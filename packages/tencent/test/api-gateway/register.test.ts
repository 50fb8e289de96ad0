import { defineChat } from "@hubbub/core";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it, vi } from "vitest";
import { createApiGatewayFunctions } from "../../src/api-gateway.ts";
import { arrival, chat, createBackend, createDirect } from "./functions-kit.ts";

const id = "xawexasdfewezdfsdfeasdfffa==";

describe("register", () => {
  it("answers as the contract wants it", async () => {
    const { register } = createDirect();
    const offered = { secWebSocketProtocol: "chat, hubbub.v1", secWebSocketExtensions: "a,b" };
    expect(await register(arrival(offered))).toEqual({
      errNo: 0,
      errMsg: "ok",
      websocket: {
        action: "connecting",
        secConnectionID: id,
        secWebSocketProtocol: "hubbub.v1",
        secWebSocketExtensions: "",
      },
    });
  });

  it("lets a plain client in without choosing a subprotocol", async () => {
    const { register, hub } = createDirect();
    const context = { serviceId: "service-1", new: { member: [] }, websocketEnable: true };
    expect((await register(arrival({}, context))).websocket).toEqual({
      ...{ action: "connecting", secConnectionID: id, secWebSocketExtensions: "" },
    });
    expect(await hub.online("lobby")).toBe(1);
  });

  it("takes a token from the subprotocol, and refuses a wrong one with 401", async () => {
    const tokens: unknown[] = [];
    const guarded = defineChat({
      ...chat.definition,
      authenticate({ token }) {
        tokens.push(token);
        if (token !== "sécret") throw new Error("wrong");
        return { userId: "ann" };
      },
    });
    const pusher = { send: async () => "sent" as const, close: async () => undefined };
    const logger = { error: () => undefined, warn: () => undefined };
    const functions = createApiGatewayFunctions(guarded, { ...createBackend(), pusher, logger });
    const entry = (token: string) =>
      arrival({
        secWebSocketProtocol: `hubbub.v1,hubbub.token.${Buffer.from(token).toString("base64url")}`,
      });
    expect((await functions.register(entry("sécret"))).errNo).toBe(0);
    const refused = await functions.register(entry("wrong"));
    expect([refused.errNo, refused.websocket]).toEqual([401, undefined]);
    expect(tokens).toEqual(["sécret", "wrong"]);
    expect(JSON.stringify(refused)).not.toContain("wrong");
  });

  it("refuses a client that speaks nothing that is served with 400", async () => {
    const { plain: _, ...definition } = chat.definition;
    const { register } = createApiGatewayFunctions(defineChat(definition), {
      ...createBackend(),
      pusher: { send: async () => "sent", close: async () => undefined },
    });
    expect((await register(arrival({ secWebSocketProtocol: "chat" }))).errNo).toBe(400);
  });

  it("refuses with 503 while the store does not answer", async () => {
    const { store, log } = createBackend();
    const broken = { ...store, open: () => Promise.reject(new Error("no store")) };
    const { register, problems } = createDirect({ store: broken, log });
    expect((await register(arrival())).errNo).toBe(503);
    expect(problems.map(({ level }) => level)).toEqual(["error"]);
  });

  it.each([
    ["its store", 503],
    ["the application's hook", 0],
  ])("answers before its time is up, whatever hangs: with %s, %i", async (what, errNo) => {
    const clock = createVirtualClock({ startAt: Date.now() });
    let hangs = false;
    const hang = () => {
      hangs = true;
      return new Promise<never>(() => undefined);
    };
    const { store, log } = createBackend();
    const served = createDirect(
      { log, store: what === "its store" ? { ...store, open: hang } : store, clock },
      { ...chat.definition, joined: hang },
    );
    const beganAt = clock.now();
    const registering = served.register(arrival(), { time_limit_in_ms: 3000 });
    const answered = registering.then(({ errNo }) => [errNo, clock.now() - beganAt]);
    await vi.waitFor(() => expect(hangs).toBe(true)); // A guest's id is hashed on another thread.
    await clock.advance(3000);
    expect(await answered).toEqual([errNo, 2700]);
    expect(served.problems.map(({ level }) => level)).toEqual(["warn"]);
  });

  it.each<[string, number, unknown]>([
    ["nothing", 101, undefined],
    ["text", 101, "connecting"],
    ["no request context", 101, { websocket: arrival() }],
    ["an HTTP event", 102, { requestContext: {}, httpMethod: "GET", headers: {} }],
    ["no websocket", 102, { requestContext: {} }],
    ["another action", 102, arrival({ action: "data send" })],
    ["no id", 102, arrival({ secConnectionID: undefined })],
    ["an empty id", 102, arrival({ secConnectionID: "" })],
    ["an id that is too long", 102, arrival({ secConnectionID: "x".repeat(513) })],
    ["an id that is no text", 102, arrival({ secConnectionID: 1 })],
    ["subprotocols that are no text", 102, arrival({ secWebSocketProtocol: ["a"] })],
  ])("refuses %s", async (_name, errNo, event) => {
    const { register, problems, hub } = createDirect();
    const answer = await register(event);
    expect([answer.errNo, answer.websocket]).toEqual([errNo, undefined]);
    expect(answer.errMsg).not.toBe("");
    expect(problems.map(({ level }) => level)).toEqual(["error"]);
    expect(await hub.online("lobby")).toBe(0);
  });
});

describe("createApiGatewayFunctions", () => {
  it.each<[string, Record<string, unknown>]>([
    ["pushUrl", { pusher: undefined }],
    ["push URL", { pusher: undefined, pushUrl: "[](http://set.example/api-00000000)" }],
    ["timeoutMs", { pusher: undefined, pushUrl: "http://set.example/api-0", pushTimeoutMs: 0 }],
    ["marginMs", { marginMs: -1 }],
    ["concurrency", { concurrency: 0 }],
    ["bucket", { store: undefined }],
    ["region", { store: undefined, bucket: "chat-1250000000", region: "" }],
    ["log", { log: {} }],
    ["queue is not an option", { queue: {} }],
  ])("names the wrong option %s", (name, options) => {
    const create = () => createDirect(options);
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(create).toThrow(name);
  });

  it("wants a chat", () => {
    const create = () => Reflect.apply(createApiGatewayFunctions, undefined, [{}, createBackend()]);
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
