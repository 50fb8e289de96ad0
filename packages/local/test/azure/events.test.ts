import { describe, expect, it } from "vitest";
import { connect } from "../kit.ts";
import { json, startWithHandler } from "./web-pubsub-event-kit.ts";
import { namesOf, refusedClient, until } from "./web-pubsub-kit.ts";

describe("the events of a client", () => {
  it("have the headers of the documentation", async () => {
    const { service, events } = await startWithHandler(undefined, {
      secondaryKey: "secondary-key",
    });
    const client = await connect(service.clientUrl("Chat", { userId: "ada" }));
    client.ws.send("hi");
    await until(() => events.length === 3);
    const [id = ""] = service.connections("chat");
    const common = {
      "webhook-request-origin": `127.0.0.1:${service.port}`,
      "ce-specversion": "1.0",
      "ce-awpsversion": "1.0",
      "ce-source": `/hubs/chat/client/${id}`,
      "ce-time": "2026-01-02T03:04:05Z",
      "ce-userid": "ada",
      "ce-connectionid": id,
      "ce-hub": "chat",
      "ce-signature": expect.stringMatching(/^sha256=[0-9a-f]{64},sha256=[0-9a-f]{64}$/),
    };
    expect(events.map(({ headers }) => headers)).toEqual([
      {
        ...{ ...common, "ce-type": "azure.webpubsub.sys.connect", "ce-eventname": "connect" },
        ...{ "ce-id": "0", "content-type": "application/json; charset=utf-8" },
      },
      {
        ...{ ...common, "ce-type": "azure.webpubsub.sys.connected", "ce-eventname": "connected" },
        ...{ "ce-id": "1", "content-type": "application/json; charset=utf-8" },
      },
      {
        ...{ ...common, "ce-type": "azure.webpubsub.user.message", "ce-eventname": "message" },
        ...{ "ce-id": "2", "content-type": "text/plain" },
      },
    ]);
    expect(events.map(({ url, method }) => [url, method])).toEqual([
      ["http://app.test/api/chat/connect?code=key", "POST"],
      ["http://app.test/api/chat/connected?code=key", "POST"],
      ["http://app.test/api/chat/message?code=key", "POST"],
    ]);
    expect([events[1]?.body, events[2]?.body]).toEqual(["{}", "hi"]);
  });

  it("tell at connect what the client asked for, without its token", async () => {
    const { service, events } = await startWithHandler(() => json({ subprotocol: "chat.v1" }));
    const roles = ["webpubsub.sendToGroup.a"];
    const url = `${service.clientUrl("chat", { userId: "ada", roles, groups: ["a"] })}&lang=de&lang=en`;
    const client = await connect(url, ["chat.v1", "chat.v2"], {
      origin: "https://page.example",
      headers: { Authorization: "Bearer x", "X-Twice": "1, 2" },
    });
    expect(client.ws.protocol).toBe("chat.v1");
    const body = JSON.parse(events[0]?.body ?? "");
    expect(body).toMatchObject({
      claims: { sub: ["ada"], role: roles, "webpubsub.group": ["a"], exp: [expect.any(String)] },
      query: { lang: ["de", "en"] },
      headers: { origin: ["https://page.example"], "x-twice": ["1, 2"] },
      subprotocols: ["chat.v1", "chat.v2"],
      clientCertificates: [],
    });
    expect(body.query).not.toHaveProperty("access_token");
    expect(body.headers).not.toHaveProperty("authorization");
    await until(() => events.length === 2);
    expect(events[1]?.headers["ce-subprotocol"]).toBe("chat.v1");
    expect(events[0]?.headers).not.toHaveProperty("ce-subprotocol");
  });

  it("let the connect handler name user, groups and roles", async () => {
    const { service, events, sdk } = await startWithHandler(({ headers }) =>
      headers["ce-eventname"] === "connect"
        ? json({ userId: "eve", groups: ["b"], roles: [], subprotocol: null })
        : undefined,
    );
    const token = { userId: "ada", groups: ["a"], roles: ["webpubsub.sendToGroup"] };
    await connect(service.clientUrl("chat", token));
    const [id = ""] = service.connections("chat");
    expect(await sdk.userExists("eve")).toBe(true);
    expect([await sdk.groupExists("a"), await sdk.groupExists("b")]).toEqual([false, true]);
    expect(await sdk.hasPermission(id, "sendToGroup", { targetName: "b" })).toBe(false);
    await until(() => events.length === 2);
    expect(events[1]?.headers["ce-userid"]).toBe("eve");
  });

  it("leave all to the token if the connect handler says null", async () => {
    const { service, sdk } = await startWithHandler(() => new Response("null"));
    await connect(service.clientUrl("chat", { userId: "ada" }));
    expect(await sdk.userExists("ada")).toBe(true);
  });

  it("leave to the token what the connect handler does not say", async () => {
    const { service, sdk } = await startWithHandler(() => json({ userId: "", groups: [] }));
    const token = { userId: "ada", groups: ["a"], roles: ["webpubsub.sendToGroup"] };
    await connect(service.clientUrl("chat", token), ["json.webpubsub.azure.v1"]);
    const [id = ""] = service.connections("chat");
    expect([await sdk.userExists("ada"), await sdk.groupExists("a")]).toEqual([false, true]);
    expect(await sdk.hasPermission(id, "sendToGroup", { targetName: "a" })).toBe(true);
  });

  it.each([
    ["401", () => new Response("secret", { status: 401 }), 401],
    ["429", () => new Response(null, { status: 429 }), 429],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "/" } }), 500],
    ["no JSON", () => new Response("x"), 500],
    ["groups that are none", () => json({ groups: [1] }), 500],
  ])("refuse a client whose connect handler answers %s", async (_name, answer, status) => {
    const { service, events } = await startWithHandler(answer);
    const ws = await refusedClient(service.clientUrl("chat"));
    expect(ws.status).toBe(status);
    expect(ws.text).not.toContain("secret");
    await service.idle();
    expect(namesOf(events)).toEqual(["connect"]);
  });

  it("carry a state that is empty, too", async () => {
    const headers = { "ce-connectionState": "" };
    const { service, events } = await startWithHandler(() => new Response(null, { headers }));
    await connect(service.clientUrl("chat"));
    await until(() => events.length === 2);
    expect(events.map(({ headers }) => headers["ce-connectionstate"])).toEqual([undefined, ""]);
  });

  it("carry the state that a blocking event's answer has set", async () => {
    const { service, events } = await startWithHandler(({ headers, body }) => {
      if (headers["ce-eventname"] === "connect") return json({}, { "ce-connectionState": "one" });
      if (headers["ce-eventname"] === "connected") return json({}, { "ce-connectionState": "no" });
      const set = { "ce-connectionState": "two", "set-cookie": "a=1; Path=/" };
      return body === "set" ? new Response(null, { status: 204, headers: set }) : undefined;
    });
    const client = await connect(service.clientUrl("chat"));
    await until(() => events.length === 2);
    for (const body of ["keep", "set", "see"]) client.ws.send(body);
    client.ws.close(1000);
    await until(() => events.length === 6);
    expect(events.map(({ headers }) => headers["ce-connectionstate"])).toEqual([
      ...[undefined, "one", "one", "one", "two", "two"],
    ]);
    expect(events.map(({ headers }) => headers.cookie)).toEqual([
      ...[undefined, undefined, undefined, undefined, "a=1", "a=1"],
    ]);
  });
});
