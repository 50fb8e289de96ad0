import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { connect, createTestClock } from "../../kit.ts";
import { createProbeServer, startFunction } from "./web-function-kit.ts";

describe("instances", () => {
  it("serve one connection each by default, and as many as they may", async () => {
    const probe = createProbeServer();
    const single = await startFunction({ server: probe.start });
    await connect(single.url);
    await connect(single.url);
    expect(single.instances()).toMatchObject([{ connections: 1 }, { connections: 1 }]);

    const shared = createProbeServer();
    const fn = await startFunction({ server: shared.start, maxConcurrency: 2 });
    const clients = await Promise.all([1, 2, 3].map(() => connect(fn.url)));
    expect(shared.starts()).toBe(2);
    expect(fn.instances().map(({ connections }) => connections)).toEqual([2, 1]);
    clients[0]?.ws.close(1000);
    await expect.poll(() => fn.instances()[0]?.connections).toBe(1);
    await connect(fn.url);
    expect(shared.starts()).toBe(2);
  });

  it("die with all of their connections, status 434, and others are started", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start, maxConcurrency: 2 });
    const clients = [await connect(fn.url), await connect(fn.url), await connect(fn.url)];
    await fn.killInstance(1);
    for (const client of clients.slice(0, 2)) expect((await client.closed).code).toBe(1006);
    expect(clients[2]?.ws.readyState).toBe(1);
    expect(fn.invocations().map(({ status }) => status)).toEqual([434, 434, undefined]);
    await connect(fn.url);
    await connect(fn.url);
    expect(fn.instances().map(({ id }) => id)).toEqual([2, 3]);
  });

  it("refuse wrong options", async () => {
    const { start } = createProbeServer();
    for (const wrong of [
      { server: {} },
      { server: { command: [] } },
      { server: start, maxConcurrency: 101 },
      { server: start, idleTimeoutMs: 0 },
      { server: start, traffic: { messages: 1 } },
      { server: start, keys: {} },
      { server: start, timeout: 1 },
      { server: start, timeoutMs: 20_000, idleTimeoutMs: 20_001 },
      { server: start, timeoutMs: 20_000, idleTimeoutMs: 0 },
      { server: { command: ["true"], port: 0 } },
      { server: { command: ["true"], port: 65_536 } },
      { server: { command: ["true"], port: 9000 }, maxInstances: 2 },
    ]) {
      const options = wrong as unknown as Parameters<typeof startFunction>[0];
      await expect(startFunction(options)).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });
});

describe("the idle time-out", () => {
  it("is the longest duration, where that is less than 15 s", async () => {
    const { start } = createProbeServer();
    const clock = createTestClock();
    const fn = await startFunction({ server: start, clock, timeoutMs: 10_000 });
    await connect(fn.url);
    await clock.advance(9_999);
    expect(fn.invocations()[0]?.status).toBeUndefined();
    await clock.advance(1);
    expect(fn.invocations()[0]?.status).toBeDefined();
    await startFunction({ server: start, timeoutMs: 20_000, idleTimeoutMs: 20_000 });
  });
});

// A process may take long to start on a busy machine.
describe("a command", { timeout: 30_000 }, () => {
  const server = {
    command: ["bash", fileURLToPath(new URL("../../fixtures/scf-bootstrap.sh", import.meta.url))],
    env: { NODE: process.execPath, GREETING: "hello" },
  };

  it("runs in a process of its own, which ends with the function", async () => {
    const fn = await startFunction({ server });
    const client = await connect(fn.url);
    expect(await client.nextJson()).toMatchObject({ greeting: "hello", inherited: "" });
    const pid = Number(fn.instances()[0]?.pid);
    expect(process.kill(pid, 0)).toBe(true);
    await fn.close();
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  it("gets SIGTERM and closes its connections itself", async () => {
    const fn = await startFunction({ server, maxConcurrency: 2 });
    const client = await connect(fn.url);
    await client.next();
    const stopped = fn.stopInstance(1);
    const other = await connect(fn.url);
    expect(fn.invocations()[1]?.instance).toBe(2);
    expect(await client.closed).toEqual({ code: 1000, reason: "stopped" });
    await stopped;
    expect(fn.instances().map(({ id }) => id)).toEqual([2]);
    other.ws.close(1000);
    await once(other.ws, "close");
  });

  it("that ends at once, or is none, is a failed bootstrap", async () => {
    for (const command of [["bash", "-c", "exit 3"], ["no-such-program"]]) {
      const fn = await startFunction({ server: { command } });
      await expect(connect(fn.url)).rejects.toThrow("500");
      expect(fn.invocations()).toMatchObject([{ status: 405 }]);
      expect(fn.instances()).toEqual([]);
    }
  });

  it("that never listens is a failed bootstrap, too, and is ended", async () => {
    const stuck = { command: ["sleep", "60"] };
    const fn = await startFunction({ server: stuck, initTimeoutMs: 100 });
    await expect(connect(fn.url)).rejects.toThrow("500");
    expect(fn.invocations()).toMatchObject([{ status: 405 }]);
  });
});
