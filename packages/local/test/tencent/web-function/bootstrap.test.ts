import { EventEmitter, once } from "node:events";
import { connect as connectTo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createGroupKeeper } from "../../../src/tencent/web-function/group-keeper.ts";
import { connect } from "../../kit.ts";
import { refusedStatus, until } from "../../tencent-kit.ts";
import { startFunction } from "./web-function-kit.ts";

const bootstrap = fileURLToPath(new URL("../../fixtures/scf-bootstrap.sh", import.meta.url));
const besides = fileURLToPath(new URL("../../fixtures/scf-bootstrap-child.sh", import.meta.url));
const env = { NODE: process.execPath };

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether somebody listens: a process that has ended may still have its id. */
async function listens(port: number): Promise<boolean> {
  const socket = connectTo(port, "127.0.0.1");
  const result = await Promise.race([
    once(socket, "connect").then(() => true),
    once(socket, "close").then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return result;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

// A process may take long to start on a busy machine.
describe("a bootstrap file", { timeout: 30_000 }, () => {
  const server = { command: ["bash", besides], env };

  it("may start the server beside itself: both end with the function", async () => {
    const fn = await startFunction({ server });
    const { port } = (await (await connect(fn.url)).nextJson()) as { port: number };
    expect(await listens(port)).toBe(true);
    await fn.close();
    expect(await listens(port)).toBe(false);
  });

  it("may start the server beside itself: it gets SIGTERM, and time to drain", async () => {
    const fn = await startFunction({ server });
    const client = await connect(fn.url);
    await client.next();
    client.ws.send("wait");
    expect(await client.next()).toBe("yes");
    const leader = Number(fn.instances()[0]?.pid);
    const stopped = fn.stopInstance(1);
    expect(await client.next()).toBe("stopping");
    await expect.poll(() => isAlive(leader)).toBe(false); // It is not the one that drains.
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(fn.instances()).toHaveLength(1);
    client.ws.send("go on");
    expect(await client.closed).toEqual({ code: 1000, reason: "stopped" });
    await stopped;
    expect(fn.instances()).toEqual([]);
  });

  it("takes what it has started along when it ends by itself", async () => {
    const fn = await startFunction({ server });
    const client = await connect(fn.url);
    const { port } = (await client.nextJson()) as { port: number };
    process.kill(Number(fn.instances()[0]?.pid), "SIGKILL");
    expect((await client.closed).code).toBe(1006);
    await until(() => fn.instances().length === 0);
    expect(await listens(port)).toBe(false);
    expect(fn.invocations()).toMatchObject([{ status: 439 }]);
  });

  it("is given up at once when the function is closed", async () => {
    const fn = await startFunction({ server: { command: ["sleep", "60"] } });
    const refused = refusedStatus(fn.url).catch(() => undefined);
    await until(() => fn.instances().length === 1);
    const before = performance.now();
    await fn.close();
    expect(performance.now() - before).toBeLessThan(20_000); // 30 s were allowed for the start.
    await refused;
  });

  it("may start a server that always listens on the same port, one instance at a time", async () => {
    const port = await freePort();
    const command = ["bash", "-c", `PORT=${port} exec bash "${bootstrap}"`];
    const fn = await startFunction({ server: { command, env, port } });
    const first = await connect(fn.url);
    expect(await refusedStatus(fn.url)).toBe(500);
    expect(fn.invocations()).toMatchObject([{ instance: 1 }, { status: 432 }]);
    const other = await startFunction({ server: { command, env, port } });
    expect(await refusedStatus(other.url)).toBe(500); // Somebody else listens there.
    expect(other.invocations()).toMatchObject([{ status: 405 }]);
    await fn.stopInstance(1);
    await first.closed;
    await connect(fn.url);
  });

  it("says what to do about a server that listens elsewhere", async () => {
    const errors: unknown[] = [];
    const logger = { error: (_: string, details?: object) => void errors.push(details) };
    const stuck = { command: ["sleep", "60"] };
    const fn = await startFunction({ server: stuck, initTimeoutMs: 100, logger });
    expect(await refusedStatus(fn.url)).toBe(500);
    expect(String(Object(errors[0]).error)).toContain("server.port");
  });
});

describe("the processes of a function", () => {
  function createHost() {
    const killed: [number, string][] = [];
    const kill = (pid: number, signal: string) => void killed.push([pid, signal]);
    const host = Object.assign(new EventEmitter(), { pid: 1, kill });
    return { host, killed, keeper: createGroupKeeper(host as never) };
  }

  it("end with this process, and with a signal that would end it", () => {
    const { host, killed, keeper } = createHost();
    const forget = keeper.keep(5);
    keeper.keep(6);
    forget();
    host.emit("exit");
    expect(killed).toEqual([[-6, "SIGKILL"]]);
    killed.length = 0;
    host.emit("SIGINT", "SIGINT");
    expect(killed).toEqual([
      [-6, "SIGKILL"],
      [1, "SIGINT"],
    ]);
    expect(host.listenerCount("SIGINT")).toBe(0);
  });

  it("are left to whoever else listens to the signal, and nothing is listened to without them", () => {
    const { host, killed, keeper } = createHost();
    expect(host.eventNames()).toEqual([]);
    const forget = keeper.keep(5);
    host.on("SIGTERM", () => undefined);
    host.emit("SIGTERM", "SIGTERM");
    expect(killed).toEqual([]);
    forget();
    expect(host.eventNames()).toEqual(["SIGTERM"]);
  });
});
