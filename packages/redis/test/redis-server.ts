import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { onTestFinished } from "vitest";

/** True where no Redis is installed. */
export const missing: boolean = !(process.env.PATH ?? "").split(delimiter).some(isServerIn);

/** What a run without Redis says. */
export const NO_REDIS = "no redis-server on PATH (apt-get install redis-server)";

/** A Redis of a test's own. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** A client that is closed with the test. */
  client(options?: Omit<RedisOptions, "replyMapping">): Redis;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, with the same port, folder and arguments unless others are given. */
  start(...args: string[]): Promise<void>;
  /** Kills it and deletes its folder. */
  remove(): Promise<void>;
}

const NOT_DURABLE = ["--save", "", "--appendonly", "no"];

function isServerIn(folder: string): boolean {
  try {
    accessSync(join(folder, "redis-server"), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Takes a port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}

/** Starts a Redis on a free port of the loopback; whoever starts it calls `remove`. */
export async function startRedis(...args: string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "hubbub-redis-"));
  const clients = new Set<Redis>();
  let running: ChildProcess | undefined;
  let last = args;

  async function kill(): Promise<void> {
    const child = running;
    running = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async function start(...next: string[]): Promise<void> {
    if (next.length > 0) last = next;
    const base = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
    running = spawn("redis-server", [...base, ...NOT_DURABLE, ...last], { stdio: "ignore" });
    await untilUp(port);
  }

  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    client(options = {}) {
      const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 20, ...options });
      client.on("error", () => {}); // A server that is down is what some tests are about.
      clients.add(client);
      return client;
    },
    kill,
    start,
    async remove() {
      for (const client of clients) client.disconnect();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await start();
  return server;
}

/** The same, until the running test has finished. */
export async function useRedis(...args: string[]): Promise<RedisServer> {
  const server = await startRedis(...args);
  onTestFinished(() => server.remove());
  return server;
}

/** Waits until it answers and has loaded its data, whatever it answers to a stranger. */
async function untilUp(port: number): Promise<void> {
  for (;;) {
    const client = new Redis({
      ...{ port, host: "127.0.0.1", lazyConnect: true, enableReadyCheck: false },
      ...{ retryStrategy: () => null, protocol: 2 as const, disableClientInfo: true },
    });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.call("PING");
      return;
    } catch (error) {
      if (error instanceof Error && /^NOAUTH/.test(error.message)) return;
      await sleep(20);
    } finally {
      client.disconnect();
    }
  }
}
