import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createLocalFunction, type LocalApiGateway } from "../../../src/aws.ts";
import { connect, refused, startGateway } from "../../kit.ts";

const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url);
const key = readFileSync(fixture("loopback.key.pem"));
const ca = readFileSync(fixture("loopback.cert.pem"));

describe("a handler that is written by hand, in CommonJS", () => {
  let gateway: LocalApiGateway;
  const client = (protocols: string[] = []) => connect(gateway.url, protocols, { ca });

  beforeEach(async () => {
    const module = fixture("plain-lambda.cjs");
    const { handler, close } = createLocalFunction({ module, env: { CA: ca.toString() } });
    onTestFinished(close);
    gateway = await startGateway({
      tls: { key, cert: ca },
      routes: {
        $connect: handler,
        $default: { handler, routeResponse: true },
        $disconnect: handler,
      },
    });
  });

  it("posts to others, asks for them and closes them, at the endpoint of its event", async () => {
    const [ann, bob] = [await client(), await client()];
    const [, to] = gateway.connections();
    const ask = async (asked: object) => {
      ann.ws.send(JSON.stringify({ to, ...asked }));
      return ann.nextJson();
    };
    expect(await ask({ action: "post", text: "héllo" })).toEqual({ status: 200 });
    expect(await bob.next()).toBe("héllo");
    expect(await ask({ action: "get" })).toEqual({ status: 200, from: "127.0.0.1" });
    expect(await ask({ action: "delete" })).toEqual({ status: 204 });
    expect((await bob.closed).code).toBe(1000);
    const gone = { status: 410, name: "GoneException" };
    for (const action of ["post", "get", "delete"]) expect(await ask({ action })).toEqual(gone);
    expect(await ask({ action: "post", to: "no id" })).toEqual({
      ...{ status: 400, name: "BadRequestException" },
    });
  });

  it("chooses one of several subprotocols, or none where none was offered", async () => {
    expect((await client(["v2", "chat", "auth.c2VjcmV0"])).ws.protocol).toBe("chat");
    expect((await client()).ws.protocol).toBe("");
    expect((await refused(gateway.url, ["v2"], { ca })).status).toBe(400);
  });

  it("is failed by an answer without a status, after which its client goes on", async () => {
    const { ws, nextJson } = await client();
    ws.send("no JSON");
    expect(await nextJson()).toMatchObject({ message: "Internal server error" });
    ws.send('{"action":"post","text":"to myself"}');
    expect(await nextJson().catch(String)).toMatch(/^SyntaxError/);
    expect(await nextJson()).toEqual({ status: 200 });
  });
});
