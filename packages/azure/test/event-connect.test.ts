import { RejectedError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { connectBody } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";

describe("connect", () => {
  const connect = async (kit: ReturnType<typeof startHandler>, body: object) => {
    const response = await kit.handler(kit.event({ name: "connect", body }));
    const text = await response.text();
    return {
      response,
      status: response.status,
      body: text.startsWith("{") ? JSON.parse(text) : text,
    };
  };

  it("accepts who speaks hubbub.v1, and takes every role away", async () => {
    const kit = startHandler();
    const { status, body } = await connect(
      kit,
      connectBody({
        claims: { role: ["webpubsub.sendToGroup"] },
        subprotocols: ["other", "hubbub.v1"],
      }),
    );
    expect([status, body]).toEqual([
      200,
      { userId: "conn-1", roles: [], subprotocol: "hubbub.v1" },
    ]);
    expect(kit.calls).toEqual([]);
  });

  it("authenticates by query, subprotocol, origin and the token's claims", async () => {
    const seen: unknown[] = [];
    const chat = createChat({
      authenticate: ({ token, query, origin, claims }) => {
        seen.push({ token, query, origin, claims });
        return { userId: "ada" };
      },
    });
    const kit = startHandler(chat);
    const { body, response } = await connect(
      kit,
      connectBody({
        claims: { sub: ["ada"], aud: ["x"], exp: ["1"], iat: ["0"], role: [], team: ["a", "b"] },
        query: { token: ["secret"], lang: ["de", "en"], empty: [] },
        headers: { Origin: ["https://chat.example"] },
      }),
    );
    expect(seen).toEqual([
      {
        token: "secret",
        query: { token: "secret", lang: "de" },
        origin: "https://chat.example",
        claims: { sub: ["ada"], team: ["a", "b"] },
      },
    ]);
    expect(body.userId).toBe("ada");
    expect(response.headers.get("ce-connectionState")).toBeTruthy();
    expect(await kit.store.connectionsOf("ada")).toEqual(["conn-1"]);
  });

  it("leaves the authentication to hello if the token is nobody's", async () => {
    const chat = createChat({ authenticate: () => ({ userId: "ada" }) });
    const kit = startHandler(chat);
    const { body } = await connect(kit, connectBody({ claims: { aud: ["x"], exp: ["1"] } }));
    expect(body.userId).toBe("conn-1");
    expect(await kit.store.connectionsOf("ada")).toEqual([]);
  });

  it.each([
    ["a wrong token", { query: { token: ["wrong"] } }, 401, "unauthenticated"],
    ["a foreign origin", { headers: { origin: ["https://evil.example"] } }, 403, "forbidden"],
    ["no origin", { headers: {} }, 403, "forbidden"],
    ["no subprotocol", { subprotocols: [] }, 400, "bad_frame"],
  ])("refuses %s", async (_what, changes, status, code) => {
    const chat = createChat({
      origins: ["https://chat.example"],
      authenticate: () => {
        throw new RejectedError("unauthenticated");
      },
    });
    const good = { headers: { origin: ["https://chat.example"] } };
    const answer = await connect(startHandler(chat), connectBody({ ...good, ...changes }));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it("answers 503 while the store does, and lets the service's next try in", async () => {
    const kit = startHandler(createChat({ authenticate: () => ({ userId: "ada" }) }));
    const { open } = kit.store;
    kit.store.open = async () => {
      throw new Error("down");
    };
    const event = () =>
      kit.event({ name: "connect", id: 0, body: connectBody({ query: { token: ["t"] } }) });
    expect((await kit.handler(event())).status).toBe(503);
    kit.store.open = open;
    expect((await kit.handler(event())).status).toBe(200);
  });

  it("puts a plain client into its room's group by the answer: it can't be added before", async () => {
    const kit = startHandler(
      createChat({ plain, joined: ({ room, hub }) => void hub.online(room) }),
    );
    const { body } = await connect(kit, connectBody({ subprotocols: [] }));
    expect(body).toEqual({
      userId: expect.stringMatching(/^guest-/),
      roles: [],
      groups: ["plain_3a_lobby"],
    });
    expect(kit.calls).toEqual([]);
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["bytes", new Uint8Array([0xff, 0xfe])],
  ])("refuses a body that is %s", async (_what, body) => {
    const { handler, event, calls } = startHandler();
    expect((await handler(event({ name: "connect", body }))).status).toBe(400);
    expect(calls).toEqual([]);
  });

  it("passes over what has another shape than it should", async () => {
    const odd = { claims: [1], query: { a: "b", c: [1, "d"] }, headers: null, subprotocols: "x" };
    const kit = startHandler(createChat({ plain }));
    expect((await connect(kit, odd)).status).toBe(200);
  });
});
