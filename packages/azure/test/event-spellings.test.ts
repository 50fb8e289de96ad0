import { describe, expect, it } from "vitest";
import { arrive, connectBody, connectionOf } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";
import { KEY, sign } from "./events.ts";

const stranger = `sha256=${"0".repeat(64)}`;

describe("an event of the service", () => {
  it.each([
    ["a Content-Type with a charset", { "content-type": "text/plain; charset=utf-8" }],
    ["one of JSON in capitals", { "content-type": "Application/JSON;CHARSET=UTF-8" }],
    ["names of headers in capitals", { "ce-id": undefined, "CE-ID": "7" }],
    ["a time in the words of HTTP", { "ce-time": "Thu, 01 Jan 2026 00:00:00 GMT" }],
    ["a time with an offset and 7 digits", { "ce-time": "2026-01-01T01:00:00.0000000+01:00" }],
    ["several signatures", { "ce-signature": `${stranger},${sign("conn-1", KEY)} , ${stranger}` }],
    ["no source, origin and version of the service", { "ce-source": undefined }],
    ["a user whom the handler did not name", { "ce-userId": "%E7%94%A8 a" }],
    ["metadata and an id of a request", { "x-webpubsub-metadata-a": "b", traceparent: "00-1-2-0" }],
    ["a state that is empty", { "ce-connectionState": "" }],
    ["the state of another handler", { "ce-connectionState": "eyJrZXkiOiJhIn0=" }],
    ["a hub in capitals", { "ce-hub": "CHAT", "ce-subprotocol": "hubbub.v1" }],
  ])("may have %s", async (_what, changes) => {
    const gone = { "webhook-request-origin": undefined, "ce-awpsversion": undefined };
    const kit = startHandler();
    const connection = await arrive(kit, "conn-1");
    const headers = { ...gone, ...changes };
    const response = await connection.send(kit.handler, { headers, body: '{"type":"ping"}' });
    expect([response.status, JSON.parse(await response.text())]).toMatchObject([
      ...[200, { type: "pong" }],
    ]);
  });

  it("may be a message of Unicode, or of nothing", async () => {
    const kit = startHandler(createChat({ plain }));
    const connection = connectionOf(kit, "conn-1");
    const body = connectBody({ subprotocols: [] });
    await connection.send(kit.handler, { name: "connect", body });
    const contentType = "text/plain; charset=utf-8";
    await connection.send(kit.handler, { body: "你好 🙂", contentType });
    expect(kit.calls.at(-1)).toEqual(["broadcast", "plain:lobby", "你好 🙂", ["conn-1"]]);
    expect((await connection.send(kit.handler, { body: "", contentType })).ok).toBe(true);
    expect((await connection.send(kit.handler, { body: new Uint8Array(0) })).ok).toBe(true);
  });

  it.each(["connected", "disconnected"])("may be a %s without a body", async (name) => {
    const kit = startHandler();
    const connection = await arrive(kit, "conn-1");
    const changes = { name, body: "", contentType: "" };
    expect((await connection.send(kit.handler, changes)).status).toBe(204);
  });

  it.each(["joined", "left"])("may be a group's %s, which changes nothing", async (name) => {
    const kit = startHandler();
    const connection = await arrive(kit, "conn-1");
    kit.calls.length = 0;
    const type = { "ce-type": `azure.webpubsub.gp.${name}` };
    const changes = { headers: type, body: { group: "lobby" } };
    expect((await connection.send(kit.handler, changes)).status).toBe(204);
    expect(kit.calls).toEqual([]);
    expect(await kit.handler.hub.members("lobby")).toHaveLength(1);
    const forged = { headers: { ...type, "ce-signature": stranger } };
    expect((await connection.send(kit.handler, forged)).status).toBe(401);
  });

  it("may be the connect of a client with certificates, long names of claims and odd queries", async () => {
    const seen: unknown[] = [];
    const chat = createChat({
      authenticate({ query, claims, origin }) {
        seen.push({ query, claims, origin });
        return { userId: "ada" };
      },
    });
    const kit = startHandler(chat);
    const connection = connectionOf(kit, "conn-1");
    const name = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
    const clientCertificates = [
      { thumbprint: "A1", content: "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----" },
      { thumbprint: "B2" },
    ];
    const body = connectBody({
      claims: { [name]: ["ddd"], nbf: ["1629183374"], sub: ["ddd"], aud: ["http://x"], roles: [] },
      query: { token: ["a b+c&d=é"], "": ["x"], __proto__x: ["y"], many: ["1", "2"] },
      headers: { ORIGIN: ["https://a.example", "https://b.example"], Cookie: ["a=1", "b=2"] },
      subprotocols: [" hubbub.v1 ", "other"],
      clientCertificates,
      mqtt: null,
    });
    const response = await connection.send(kit.handler, { name: "connect", body });
    expect(await response.json()).toMatchObject({ userId: "ada", subprotocol: "hubbub.v1" });
    expect(seen).toEqual([
      {
        query: { token: "a b+c&d=é", "": "x", __proto__x: "y", many: "1" },
        claims: { [name]: ["ddd"], sub: ["ddd"], roles: [] },
        origin: "https://a.example",
      },
    ]);
  });
});
