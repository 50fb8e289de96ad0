import { describe, expect, it } from "vitest";
import { signToken } from "../../src/azure/json-web-token.ts";
import { WELL_KNOWN_KEY } from "../../src/azure/resolve-web-pubsub-options.ts";
import { connect } from "../kit.ts";
import { createHandler, refusedClient, startService } from "./web-pubsub-kit.ts";

const JSON_V1 = "json.webpubsub.azure.v1";

describe("the subprotocols that a client offers", () => {
  it.each(["protobuf.webpubsub.azure.v1", "protobuf.reliable.webpubsub.azure.v1"])(
    "are refused with 501 if there is %s alone, before the handler is asked",
    async (name) => {
      const { handler, events } = createHandler();
      const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
      const refusal = await refusedClient(service.clientUrl("chat"), [name]);
      expect([refusal.status, refusal.text]).toEqual([501, expect.stringContaining(name)]);
      expect(events).toEqual([]);
    },
  );

  it("may name one that is served beside it", async () => {
    const service = await startService();
    const offered = ["protobuf.webpubsub.azure.v1", JSON_V1];
    const client = await connect(service.clientUrl("chat"), offered);
    expect(client.ws.protocol).toBe(JSON_V1);
  });

  it("are refused if the handler chooses one that is not served", async () => {
    const name = "protobuf.webpubsub.azure.v1";
    const { handler } = createHandler(() => Response.json({ subprotocol: name }));
    const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
    const refusal = await refusedClient(service.clientUrl("chat"), [JSON_V1, name]);
    expect(refusal.status).toBe(501);
  });

  it("have no case", async () => {
    const service = await startService();
    const name = JSON_V1.toUpperCase();
    const client = await connect(service.clientUrl("chat"), [name]);
    expect([client.ws.protocol, (await client.nextJson()).event]).toEqual([name, "connected"]);
  });

  it("leave the mode of a simple client without a meaning", async () => {
    const service = await startService();
    const url = `${service.clientUrl("chat")}&webpubsub_mode=fly`;
    expect((await refusedClient(url)).status).toBe(400);
    expect((await (await connect(url, [JSON_V1])).nextJson()).event).toBe("connected");
  });
});

describe("the address of a client", () => {
  it.each(["/client", "/client/", "/client/hubs/chat"])(
    "may name the hub in the query, for a token of %s",
    async (path) => {
      const service = await startService();
      const aud = service.endpoint + path.replace(/\/$/, "");
      const token = signToken({ aud, exp: 2 ** 40 }, WELL_KNOWN_KEY);
      const base = path.startsWith("/client/hubs") ? "/client" : path;
      const url = `ws://127.0.0.1:${service.port}${base}?hub=Chat&access_token=${token}`;
      await connect(url);
      expect(service.connections("chat")).toHaveLength(1);
    },
  );

  it("has no hub without one, and a token for all hubs is none", async () => {
    const service = await startService();
    const token = signToken({ aud: `${service.endpoint}/client`, exp: 2 ** 40 }, WELL_KNOWN_KEY);
    const origin = `ws://127.0.0.1:${service.port}`;
    const statuses = [
      await refusedClient(`${origin}/client?access_token=${token}`),
      await refusedClient(`${origin}/client?hub=1&access_token=${token}`),
      await refusedClient(`${origin}/client/hubs/chat?access_token=${token}`),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 400, 401]);
  });

  it.each(["", "sendEvent", "fly&webpubsub_mode=SENDEVENT"])(
    "may have the mode %j, whose messages are events",
    async (mode) => {
      const { handler } = createHandler(({ body }) =>
        body === "hi" ? new Response("yes") : undefined,
      );
      const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
      const url = service.clientUrl("chat", { userId: "ada" });
      const client = await connect(`${url}&webpubsub_mode=${mode}`);
      client.ws.send("hi");
      expect(await client.next()).toBe("yes");
    },
  );

  it("may ask not to get back what it sends to its group", async () => {
    const service = await startService();
    const token = { groups: ["lobby"], roles: ["webpubsub.sendToGroup.lobby"] };
    const mode = "&webpubsub_mode=sendToGroup&group=lobby";
    const quiet = await connect(`${service.clientUrl("chat", token)}${mode}&noEcho=true`);
    const other = await connect(`${service.clientUrl("chat", token)}${mode}&noEcho=false`);
    quiet.ws.send("one");
    expect(await other.next()).toBe("one");
    other.ws.send("two");
    expect([await other.next(), await quiet.next()]).toEqual(["two", "two"]);
  });
});
