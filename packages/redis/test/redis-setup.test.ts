import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createRedisBackend, type RedisBackend, type RedisBackendOptions } from "../src/index.ts";
import { freePort, missing, NO_REDIS, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

const SECRET = "canary-of-the-password";

function createLogger() {
  const lines: string[] = [];
  const add = (message: string, details?: unknown) =>
    void lines.push(`${message} ${describeAll(details)}`);
  return { lines, error: add, warn: add };
}

/** Everything that a log or an error could show. */
function describeAll(value: unknown, depth = 0): string {
  if (typeof value !== "object" || value === null || depth > 5) return String(value);
  return Object.getOwnPropertyNames(value)
    .map((name) => `${name}=${describeAll(Reflect.get(value, name), depth + 1)}`)
    .join(" ");
}

/** What is wrong with a set-up, as a program sees it. Nothing of it may tell the password. */
async function problemOf(options: RedisBackendOptions): Promise<unknown> {
  const logger = createLogger();
  try {
    await (await createRedisBackend({ logger, ...options })).close();
  } catch (error) {
    expect(`${describeAll(error)} ${logger.lines.join(" ")}`).not.toContain(SECRET);
    expect(error).toMatchObject({ name: "RedisSetupError", code: "unavailable" });
    return (error as { problem?: unknown }).problem;
  }
  return "none";
}

async function open(options: RedisBackendOptions): Promise<RedisBackend> {
  const backend = await createRedisBackend({ logger: createLogger(), ...options });
  onTestFinished(() => backend.close());
  return backend;
}

const entry = (text: string) => ({
  ...{ mid: `mid-${Math.random()}`, event: "say", ts: Date.now(), digest: "d" },
  data: { text },
});

describe("createRedisBackend", () => {
  it("says that nobody listens", async () => {
    const port = await freePort();
    expect(await problemOf({ url: `redis://:${SECRET}@127.0.0.1:${port}` })).toBe("unreachable");
  });

  it("says that a password is needed, or another one", async () => {
    const { port } = await useRedis("--requirepass", "right");
    expect(await problemOf({ url: `redis://127.0.0.1:${port}` })).toBe("authentication");
    const wrong = `redis://:${SECRET}@127.0.0.1:${port}`;
    expect(await problemOf({ url: wrong })).toBe("authentication");
    expect(await problemOf({ url: `redis://:right@127.0.0.1:${port}` })).toBe("none");
  });

  it("says that a permission is missing", async () => {
    const server = await useRedis();
    const rights = ["on", ">x", "~*", "&*", "+@all", "-eval", "-evalsha"];
    await server.client().call("ACL", "SETUSER", "chat", ...rights);
    const { port } = server;
    const url = `redis://chat:x@127.0.0.1:${port}`;
    expect(await problemOf({ url })).toBe("not_authorized");
    const keys = ["~{hubbub}:*", "~hubbub:*", "&{hubbub}:*"];
    const enough = ["+@connection", "+@pubsub", "+@read", "+@write", "+@scripting", "+info"];
    await server.client().call("ACL", "SETUSER", "least", "on", ">x", ...keys, ...enough);
    const { log, store } = await open({ url: `redis://least:x@127.0.0.1:${port}` });
    expect(await log.append("lobby", entry("hi"))).toMatchObject({ status: "appended" });
    expect(await store.close("a")).toBeUndefined();
    expect((await store.members("lobby", { limit: 1 })).members).toEqual([]);
  });

  it("says that it is a replica", async () => {
    const primary = await useRedis();
    const { url } = await useRedis("--replicaof", `127.0.0.1 ${primary.port}`);
    expect(await problemOf({ url })).toBe("read_only");
  });

  it("says that it deletes keys when memory is short", async () => {
    const memory = ["--maxmemory", "50mb", "--maxmemory-policy"];
    const evicting = await useRedis(...memory, "allkeys-lru");
    expect(await problemOf({ url: evicting.url })).toBe("evicts");
    const keeping = await useRedis(...memory, "noeviction");
    expect(await problemOf({ url: keeping.url })).toBe("none");
  });

  it("says that memory is full, at the start and later, and stores nothing then", async () => {
    const server = await useRedis("--maxmemory", "50mb", "--maxmemory-policy", "noeviction");
    const { log } = await open({ url: server.url });
    const { epoch } = await log.head("lobby");
    await server.client().call("CONFIG", "SET", "maxmemory", "1mb");
    expect(await problemOf({ url: server.url })).toBe("out_of_memory");
    const error: unknown = await log.append("lobby", entry(SECRET)).catch((caught) => caught);
    expect(error).toMatchObject({ code: "unavailable", problem: "out_of_memory" });
    expect(describeAll(error)).not.toContain(SECRET);
    expect(await log.head("lobby")).toMatchObject({ epoch, head: 0 });
  });

  it("says that it became a replica", async () => {
    const server = await useRedis();
    const { log } = await open({ url: server.url });
    await server.client().call("REPLICAOF", "127.0.0.1", String(await freePort()));
    await expect(log.append("lobby", entry("hi"))).rejects.toMatchObject({
      ...{ code: "unavailable", problem: "read_only" },
    });
  });

  it("says that it is too old, or a cluster", async () => {
    const call = async (command: string) => {
      if (command === "INFO") return "# Server\r\nredis_version:6.0.16\r\nrole:master\r\n";
      throw new Error("MOVED 1 127.0.0.1:7000");
    };
    const on = () => {};
    const subscriber = {
      on,
      subscribe: async () => {},
      unsubscribe: async () => {},
      disconnect: on,
    };
    const duplicate = () => subscriber;
    expect(await problemOf({ client: { call, duplicate } })).toBe("too_old");
    const modern = async (command: string) =>
      command === "INFO" ? "redis_version:7.2.4\r\n" : call(command);
    expect(await problemOf({ client: { call: modern, duplicate } })).toBe("cluster");
  });

  it("keeps what a script needs in one place of a cluster", async () => {
    const server = await useRedis("--cluster-enabled", "yes");
    await server.client().call("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
    const state = async () => String(await server.client().call("CLUSTER", "INFO"));
    await expect.poll(state, { timeout: 10_000 }).toContain("cluster_state:ok");
    const { store, log } = await open({ url: server.url });
    for (const connectionId of ["a", "b}{"]) {
      const [connectedAt, expiresAt] = [Date.now(), Date.now() + 60_000];
      const user = { userId: "{ann" };
      const fixed = { protocol: "hubbub.v1", rooms: [], connectedAt, expiresAt } as const;
      expect(await store.open({ connectionId, user, ...fixed })).toBe(true);
      for (const room of ["lobby", "{x}"]) {
        expect(await store.join(connectionId, room)).toBe(true);
        expect(await log.append(room, entry("hi"))).toMatchObject({ status: "appended" });
      }
      expect(await store.close(connectionId)).toMatchObject({ connectionId });
    }
    expect((await log.read("{x}", { after: 0, limit: 9 })).entries).toHaveLength(2);
  });

  it("takes a client of yours, and leaves it open", async () => {
    const server = await useRedis();
    const client = server.client();
    const backend = await open({ client, prefix: "mine" });
    expect(await backend.log.head("lobby")).toMatchObject({ head: 0 });
    await backend.close();
    expect(await client.call("PING")).toBe("PONG");
  });

  it("refuses wrong options", async () => {
    const refused = { code: "invalid_argument" };
    const url = "redis://127.0.0.1:1";
    const wrong: unknown[] = [
      ...[undefined, {}, { url: 1 }, { url: "http://x" }],
      ...[{ client: {} }, { url, client: {} }, { url, prefix: "" }, { url, timeoutMs: 0.5 }],
      ...[
        { url, retention: { maxEntries: 0 } },
        { url, retention: { max: 1 } },
      ],
      ...[
        { url, tombstoneMs: -1 },
        { url, clock: {} },
        { url, id: 1 },
      ],
    ];
    for (const options of wrong) {
      const created = createRedisBackend(options as RedisBackendOptions);
      await expect(created, JSON.stringify(options)).rejects.toMatchObject(refused);
    }
  });
});
