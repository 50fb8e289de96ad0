import { once } from "node:events";
import type { Credentials } from "@hubbub/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { createChat, startLambda } from "./lambda-kit.ts";

const dynamo = await startDynamo();
const TOKEN = `hubbub.token.${Buffer.from("let me in").toString("base64url")}`;

/** A chat that remembers what clients brought, and lets one token in. */
function start(seen: Credentials[] = []) {
  return createChat({
    authenticate(credentials) {
      seen.push(credentials);
      const { token, claims } = credentials;
      const { principalId } = (claims ?? {}) as { principalId?: string };
      if (token !== "let me in" && principalId === undefined) throw new Error("no");
      return { userId: principalId ?? "ann" };
    },
    origins: ["https://chat.example", null],
  });
}

async function connect(url: string, protocols: string[], headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, protocols, { headers });
  onTestFinished(() => socket.terminate());
  const opened = once(socket, "open").then(() => socket.protocol);
  const refused = once(socket, "unexpected-response").then(([, response]) => response.statusCode);
  return Promise.race([opened, refused]);
}

describe("$connect", { timeout: 20_000 }, () => {
  it("echoes the protocol, never the token, and opens with one write", async () => {
    const seen: Credentials[] = [];
    const { gateway, meter, handler } = await startLambda(dynamo, start(seen));
    expect(await connect(gateway.url, [TOKEN, "hubbub.v1"])).toBe("hubbub.v1");
    expect(meter.counts()).toMatchObject({ read: 0, write: 1, list: 0, push: 0 });
    expect(seen).toMatchObject([{ token: "let me in", origin: null }]);
    expect(await handler.hub.kick("ann")).toBe(1);
  });

  it("writes nothing for a client that brings its token later", async () => {
    const { gateway, meter } = await startLambda(dynamo, start());
    expect(await connect(gateway.url, ["hubbub.v1"])).toBe("hubbub.v1");
    expect(meter.counts()).toMatchObject({ read: 0, write: 0, list: 0, push: 0 });
  });

  it("refuses a wrong token and a foreign origin, and what is not offered", async () => {
    const { gateway, problems } = await startLambda(dynamo, start());
    const wrong = `hubbub.token.${Buffer.from("wrong").toString("base64url")}`;
    expect(await connect(gateway.url, ["hubbub.v1", wrong])).toBe(401);
    const headers = { origin: "https://evil.example" };
    expect(await connect(gateway.url, ["hubbub.v1", TOKEN], headers)).toBe(403);
    expect(await connect(gateway.url, ["other.v1"])).toBe(400);
    expect(JSON.stringify(problems)).not.toMatch(/let me in|wrong|hubbub\.token/);
  });

  it("reads headers whatever their case, and the query", async () => {
    const seen: Credentials[] = [];
    const { gateway, handler, events } = await startLambda(dynamo, start(seen));
    await connect(`${gateway.url}?token=let%20me%20in&room=a`, ["hubbub.v1"]);
    const [event] = events;
    const { requestContext } = event ?? {};
    const headers = {
      "SEC-WEBSOCKET-PROTOCOL": `${TOKEN},hubbub.v1`,
      ORIGIN: "https://evil.example",
    };
    expect(await handler({ requestContext, headers })).toEqual({ statusCode: 403 });
    const good = {
      "sec-websocket-protocol": `${TOKEN} ,  hubbub.v1`,
      origin: "https://chat.example",
    };
    expect(await handler({ requestContext, headers: good })).toEqual({
      statusCode: 200,
      headers: { "Sec-WebSocket-Protocol": "hubbub.v1" },
    });
    const many = { "Sec-WebSocket-Protocol": ["hubbub.v1", TOKEN] };
    const headersLast = { "Sec-WebSocket-Protocol": TOKEN };
    const both = { requestContext, headers: headersLast, multiValueHeaders: many };
    expect(await handler(both)).toMatchObject({ statusCode: 200 });
    expect(seen.map(({ token }) => token)).toEqual(["let me in", "let me in", "let me in"]);
    expect(seen[0]?.query).toEqual({ token: "let me in", room: "a" });
  });

  it("takes an authorizer's word", async () => {
    const seen: Credentials[] = [];
    const { gateway, handler } = await startLambda(dynamo, start(seen), {
      gateway: {
        authorizer: {
          handler: async ({ methodArn }) => ({
            principalId: "u1",
            policyDocument: {
              Version: "2012-10-17",
              Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn }],
            },
            context: { tenant: "t1" },
          }),
        },
      },
    });
    expect(await connect(gateway.url, ["hubbub.v1"])).toBe("hubbub.v1");
    expect(seen).toMatchObject([{ claims: { principalId: "u1", tenant: "t1" } }]);
    expect(await handler.hub.kick("u1")).toBe(1);
  });
});

describe("a plain client", { timeout: 20_000 }, () => {
  const definition = createChat({
    plain: {
      room: "lobby",
      receive: (text) => ({ event: "say", data: { text } }),
      render: ({ data }, { online }) =>
        `${(data as { text: string }).text}(===Online people:${online}===)`,
    },
    joined: ({ room, hub }) => hub.publish(room, "say", { text: "somebody came" }),
  });

  it("lives in its room from $connect on, inside which nothing is posted to it", async () => {
    const { gateway, meter } = await startLambda(dynamo, definition);
    const posts: string[] = [];
    gateway.faults.management = ({ connectionId }) => void posts.push(connectionId);
    const sockets = [new WebSocket(gateway.url), new WebSocket(gateway.url)];
    const heard: string[][] = [[], []];
    sockets.forEach((socket, index) => {
      socket.on("message", (data) => heard[index]?.push(String(data)));
      onTestFinished(() => socket.terminate());
    });
    const [ann, bob] = sockets;
    await Promise.all(sockets.map((socket) => once(socket, "open")));
    await gateway.idle();
    expect(meter.counts().push).toBeLessThanOrEqual(1); // To whoever was there before the other.
    heard[0]?.splice(0);
    heard[1]?.splice(0);
    ann?.send("hi");
    await expect.poll(() => heard[1]).toEqual(["hi(===Online people:2===)"]);
    bob?.send("ho");
    await expect.poll(() => heard[0]).toEqual(["ho(===Online people:2===)"]);
    expect(new Set(posts).size).toBeLessThanOrEqual(2);
  });
});
