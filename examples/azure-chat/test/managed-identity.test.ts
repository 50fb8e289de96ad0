import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { managedIdentity } from "../functions/managed-identity.ts";

/** Answers in place of the platform. */
async function startIdentity(answer: RequestListener): Promise<void> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${port}/msi/token`);
  vi.stubEnv("IDENTITY_HEADER", "secret of the platform");
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });
}

const SCOPE = "https://webpubsub.azure.com/.default";

describe("the managed identity", () => {
  it("gets its token from the platform, with the end that it names", async () => {
    const asked: unknown[] = [];
    await startIdentity(({ url, headers }, response) => {
      asked.push([url, headers["x-identity-header"]]);
      response.end('{"access_token":"t","expires_on":"1767225600"}');
    });
    const token = await managedIdentity.getToken(SCOPE);
    expect(token).toEqual({ token: "t", expiresOnTimestamp: Date.UTC(2026, 0) });
    const query = "resource=https%3A%2F%2Fwebpubsub.azure.com&api-version=2019-08-01";
    expect(asked).toEqual([[`/msi/token?${query}`, "secret of the platform"]]);
  });

  it.each([
    ["an error", 500, "{}"],
    ["no token", 200, '{"expires_on":"1767225600"}'],
    ["no end", 200, '{"access_token":"t"}'],
    ["an end that is no number", 200, '{"access_token":"t","expires_on":"tomorrow"}'],
  ])("fails with %s, and tells no secret", async (_what, status, body) => {
    await startIdentity((_request, response) => response.writeHead(status).end(body));
    const error: unknown = await managedIdentity.getToken(SCOPE).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toMatch(/secret|"t"/);
  });

  it("waits no longer than the request that needs the token", async () => {
    const controller = new AbortController();
    await startIdentity(() => controller.abort());
    const token = managedIdentity.getToken([SCOPE], { abortSignal: controller.signal });
    await expect(token).rejects.toMatchObject({ name: "AbortError" });
  });
});
