import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { createHttpPool } from "../src/http-pool.ts";
import { echo, setUpPool as setUp, TIMEOUT_MS } from "./http-pool-kit.ts";
import {
  always,
  response,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from "./http-scripted-server.ts";

describe("createHttpPool", () => {
  it.each([
    ["localhost", "localhost"],
    ["127.0.0.1", false], // An address is none.
  ])("names the host %s to a server that has many: %j", async (hostname, name) => {
    const { server, send } = await setUp(echo, { secure: true, hostname });
    await send();
    expect(server.names).toEqual([name]);
  });

  it("gives up a request that found no free connection", async () => {
    const { server, pool, clock, send } = await setUp(() => undefined, { maxSockets: 1 });
    const first = expect(send("a")).rejects.toMatchObject({ kind: "timeout" });
    const second = expect(send("b")).rejects.toMatchObject({ kind: "timeout" });
    await server.seen(1);
    await clock.advance(TIMEOUT_MS + 100);
    await Promise.all([first, second]);
    expect(pool.open).toBe(0); // Nothing is under way any more for who has given up.
    expect(server.requests).toHaveLength(1);
  });

  it("serves who waits on a new connection when one breaks", async () => {
    const { server, send } = await setUp(
      (seen, index) => (index === 0 ? seen.reset() : echo(seen)),
      { maxSockets: 1 },
    );
    const [first, second] = [send("a"), send("b")];
    await expect(first).rejects.toMatchObject({ kind: "lost" });
    expect(await second).toBe("200 /b");
    expect(server.connections).toBe(2);
  });

  it("uses no connection again that was idle for too long", async () => {
    const { server, pool, clock, send } = await setUp(echo, { idleMs: 1000 });
    await Promise.all([send(), send()]);
    await clock.advance(1000);
    await send();
    expect(server.connections).toBe(2);
    await clock.advance(1001);
    await send();
    expect(server.connections).toBe(3);
    expect(pool.open).toBe(1);
  });

  it("passes over idle connections that have not answered since a time", async () => {
    const { server, pool, clock, send } = await setUp(echo);
    await Promise.all([send(), send()]);
    const doubtfulAt = clock.now();
    await clock.advance(1);
    await send("a", doubtfulAt);
    expect(server.connections).toBe(3);
    expect(pool.open).toBe(1);
    await send("a", doubtfulAt); // That one has answered since.
    expect(server.connections).toBe(3);
  });

  it("drops an idle connection that the server ends", async () => {
    const { server, pool, send } = await setUp(echo);
    await send();
    await server.hangUp();
    expect(pool.open).toBe(0);
    expect(await send()).toBe("200 /a");
  });

  it.each([
    ["closes", (seen: SeenRequest) => seen.write(response(200, "x", ["Connection: close"]))],
    ["ends", (seen: SeenRequest) => seen.end("HTTP/1.1 200 OK\r\n\r\nx")],
    ["says more than it was asked", (seen: SeenRequest) => seen.write(`${response(200, "x")}HTTP`)],
  ])("keeps no connection that the server %s", async (_, answer) => {
    const { server, pool, send } = await setUp(answer);
    expect(await send()).toBe("200 x");
    expect(pool.open).toBe(0);
    expect(await send()).toBe("200 x");
    expect(server.connections).toBe(2);
  });

  it("drops a connection whose server speaks without being asked", async () => {
    const { server, pool, send } = await setUp(echo);
    await send();
    server.speak(response(200, "forged"));
    await expect.poll(() => pool.open, { interval: 1, timeout: 4000 }).toBe(0);
    expect(await send("b")).toBe("200 /b");
  });

  it("rejects what is no HTTP, and drops the connection", async () => {
    const { pool, send } = await setUp((seen) => seen.write("SSH-2.0-OpenSSH\r\n\r\n"));
    await expect(send()).rejects.toMatchObject({ kind: "protocol" });
    expect(pool.open).toBe(0);
  });

  it("keeps no connection whose request is not written when the answer comes", async () => {
    let early: ScriptedServer | undefined;
    const { server, pool, clock } = await setUp(() => undefined);
    early = server;
    const body = "x".repeat(32 * 1024 * 1024); // More than the kernel takes at once.
    const deadlineAt = clock.now() + TIMEOUT_MS;
    const big = `POST / HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const answered = pool.request(big, { deadlineAt });
    await expect
      .poll(() => early?.bytesRead ?? 0, { interval: 1, timeout: 4000 })
      .toBeGreaterThan(0);
    server.speak(response(413));
    expect((await answered).status).toBe(413);
    expect(pool.open).toBe(0);
  });

  it("rejects everything once it is destroyed", async () => {
    const { server, pool, send } = await setUp(() => undefined, { maxSockets: 1 });
    const sent = ["a", "b"].map((name) =>
      expect(send(name)).rejects.toMatchObject({ kind: "destroyed" }),
    );
    await server.seen(1);
    pool.destroy();
    await Promise.all(sent);
    await expect(send()).rejects.toMatchObject({ kind: "destroyed" });
    await expect.poll(() => server.open, { interval: 1, timeout: 4000 }).toBe(0);
    expect(server.connections).toBe(1);
  });

  it("resumes the TLS session", async () => {
    const { server, send } = await setUp(always(200, "", ["Connection: close"]), { secure: true });
    await send();
    await send();
    await send();
    expect(server.connections).toBe(3);
    expect(server.resumed).toBeGreaterThan(0);
  });

  it.each([
    ["is not trusted", { ca: undefined }],
    ["is for another host", { hostname: "127.0.0.2" }],
  ])("sends nothing to a server whose certificate %s", async (_, options) => {
    const { server, send } = await setUp(echo, { secure: true, ...options });
    await expect(send()).rejects.toMatchObject({ kind: "lost", stale: false });
    expect(server.bytesRead).toBe(0);
  });

  it("rejects when nobody listens", async () => {
    const { server } = await setUp(echo);
    const clock = createVirtualClock();
    const port = await closedPort();
    const target = { hostname: "127.0.0.1", port, secure: false };
    const pool = createHttpPool({ target, maxSockets: 1, idleMs: 1000, clock });
    const deadlineAt = clock.now() + TIMEOUT_MS;
    await expect(pool.request("GET / HTTP/1.1\r\n\r\n", { deadlineAt })).rejects.toMatchObject({
      kind: "lost",
      stale: false,
      cause: { code: "ECONNREFUSED" },
    });
    expect(server.connections).toBe(0);
  });
});

async function closedPort(): Promise<number> {
  const server = await startScriptedServer(() => undefined);
  await server.close();
  return server.port;
}
