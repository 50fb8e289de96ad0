import { connect as connectTcp } from "node:net";
import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { chat, connect, enter, privateChat, startServer } from "./kit.ts";

const base64url = (text: string) => Buffer.from(text).toString("base64url");

describe("the handshake", () => {
  it.each([
    "https://evil.example",
    "null",
    "http://chat.example",
    "https://CHAT.example",
    "https://chat.example:8443",
    "https://chat.example.evil.example",
    "https://chat.example@evil.example",
    "https://user:pass@chat.example",
    "https://chat.example/",
    "https://chаt.example".normalize(), // A Cyrillic а.
    "",
  ])("refuses the origin %j", async (origin) => {
    const picky = defineChat({ ...chat.definition, origins: ["https://chat.example"] });
    const { url } = await startServer(picky);
    const headers = { Origin: Buffer.from(origin).toString("latin1") };
    await expect(connect(url, ["hubbub.v1"], { headers })).rejects.toThrow("403");
    await expect(connect(url, [], { headers })).rejects.toThrow("403");
  });

  it("lets in who has the right origin, and none only if that is allowed", async () => {
    const strict = defineChat({ ...chat.definition, origins: ["https://chat.example"] });
    const { url } = await startServer(strict);
    await connect(url, ["hubbub.v1"], { origin: "https://chat.example" });
    await expect(connect(url)).rejects.toThrow("403");
    const open = defineChat({ ...chat.definition, origins: ["https://chat.example", null] });
    await connect((await startServer(open)).url);
  });

  it("takes a token from the query or from a subprotocol, and refuses a bad one with 401", async () => {
    const { url } = await startServer(privateChat);
    await connect(`${url}?token=good`);
    const client = await connect(url, ["hubbub.v1", `hubbub.token.${base64url("good")}`]);
    expect(client.ws.protocol).toBe("hubbub.v1");
    await expect(connect(`${url}?token=bad`)).rejects.toThrow("401");
    const bad = ["hubbub.v1", `hubbub.token.${base64url("bad")}`];
    await expect(connect(url, bad)).rejects.toThrow("401");
  });

  it("closes after a bad token in hello, and says why", async () => {
    const { url } = await startServer(privateChat);
    const client = await connect(url);
    client.send({ type: "hello", token: "bad" });
    expect((await client.closed).code).toBe(4401);
    expect(client.frames).toMatchObject([{ type: "error", code: "unauthenticated" }]);
  });

  it("answers a refusal as JSON, without the token", async () => {
    const { port } = await startServer(privateChat);
    const response = await exchange(port, upgradeRequest("/?token=secret"));
    expect(response).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(JSON.parse(response.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      code: "unauthenticated",
    });
    expect(response).not.toContain("secret");
  });

  it("refuses plain clients where the chat serves none", async () => {
    const { plain: _, ...definition } = chat.definition;
    const { url } = await startServer(defineChat(definition));
    await expect(connect(url, [])).rejects.toThrow("400");
    await expect(connect(url, ["hubbub.v2"])).rejects.toThrow("400");
    await enter(url);
  });

  it("refuses clients beyond maxConnections until one has left", async () => {
    const { url, connections } = await startServer(chat, { maxConnections: 2 });
    const [ann] = [await connect(url), await connect(url)];
    await expect(connect(url)).rejects.toThrow("503");
    ann.ws.terminate();
    await expect.poll(connections).toBe(1);
    await connect(url);
  });

  it("forgets a client that left while it was being let in", async () => {
    let letIn = () => {};
    const waiting = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const slow = defineChat({
      ...chat.definition,
      async authenticate() {
        await waiting;
        return { userId: "ann" };
      },
    });
    const { hub, port, connections } = await startServer(slow);
    const socket = connectTcp(port, "127.0.0.1");
    socket.write(upgradeRequest("/"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    letIn();
    await expect.poll(() => hub.online("lobby")).toBe(0);
    expect(connections()).toBe(0);
  });

  it("answers a request that is no valid WebSocket handshake with 400", async () => {
    const { port, hub } = await startServer(chat);
    const request = upgradeRequest("/").replace("Version: 13", "Version: 7");
    expect(await exchange(port, request)).toMatch(/^HTTP\/1\.1 400 /);
    await expect.poll(() => hub.online("lobby")).toBe(0);
  });
});

/** Sends a request and waits for all of the answer. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.setEncoding("utf8").write(request);
  let response = "";
  for await (const text of socket) response += text;
  return response;
}

function upgradeRequest(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(path.includes("token") ? ["Sec-WebSocket-Protocol: hubbub.v1"] : []),
    "\r\n",
  ].join("\r\n");
}
