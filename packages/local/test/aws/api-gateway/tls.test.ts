import { readFileSync } from "node:fs";
import { request } from "node:https";
import { describe, expect, it } from "vitest";
import { connect, startGateway } from "../../kit.ts";

describe("over TLS", () => {
  it("serves clients and @connections", async () => {
    const key = readFileSync(new URL("../../fixtures/loopback.key.pem", import.meta.url));
    const cert = readFileSync(new URL("../../fixtures/loopback.cert.pem", import.meta.url));
    const gateway = await startGateway({ tls: { key, cert } });
    expect([gateway.url, gateway.callbackUrl]).toEqual([
      `wss://127.0.0.1:${gateway.port}/prod`,
      `https://127.0.0.1:${gateway.port}/prod`,
    ]);
    const client = await connect(gateway.url, [], { ca: cert });
    const id = encodeURIComponent(String(gateway.connections()[0]));
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: "AWS4-HMAC-SHA256 anything" };
      const post = request(`${gateway.callbackUrl}/@connections/${id}`, {
        ...{ method: "POST", ca: cert, headers },
      });
      post.on("error", reject);
      post.on("response", (response) => resolve(response.resume().statusCode));
      post.end("secret");
    });
    expect([status, await client.next()]).toEqual([200, "secret"]);
  });
});
