import { readdir, readFile } from "node:fs/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createCosClient } from "../../src/cos-client.ts";
import { createCosConnectionStore } from "../../src/cos-connection-store.ts";
import type { CosLike } from "../../src/cos-options.ts";
import { createCosRoomLog } from "../../src/cos-room-log.ts";
import { KEYS, PLACE, startCosKit } from "./cos-kit.ts";

const kit = await startCosKit({
  buckets: { "chat-1250000000": {}, "old-1250000000": { versioning: "Suspended" } },
});
const { clock, cos } = kit;
const client = () => kit.connect({ domain: cos.domain });
const storeOf = (cosClient: CosLike, options: object = {}) =>
  createCosConnectionStore(cosClient, { ...PLACE, clock, ...options });

afterEach(() => void vi.unstubAllEnvs());

describe("a bucket", () => {
  it.each(["old-1250000000"])("whose versions are or were kept is refused: %s", async (bucket) => {
    const messages: string[] = [];
    const logger = {
      error: (message: string) => void messages.push(message),
      warn: () => undefined,
    };
    const store = storeOf(client(), { bucket, logger });
    for (let time = 0; time < 2; time++) {
      const opened = store.open(kit.connection("a"));
      await expect(opened).rejects.toMatchObject({ code: "unavailable", problem: "versioning" });
      await expect(opened).rejects.toThrow(bucket);
    }
    expect(messages).toHaveLength(1);
    expect(cos.keys(bucket).filter((key) => key.includes("/c/"))).toEqual([]);
  });

  it("is proven once by a client, store and log together", async () => {
    const one = client();
    const options = { ...PLACE, clock, random: Math.random, id: () => crypto.randomUUID() };
    cos.requests.length = 0;
    await storeOf(one).open(kit.connection("a"));
    await storeOf(one).open(kit.connection("b"));
    await createCosRoomLog(one, options).head("lobby");
    const proofs = cos.requests.filter(({ key }) => key === "hubbub/put-if-absent");
    expect(proofs.map(({ status }) => status)).toEqual([200, 409]);
    await storeOf(client()).open(kit.connection("c"));
    const later = cos.requests.filter(({ key }) => key === "hubbub/put-if-absent");
    expect(later.map(({ status }) => status)).toEqual([200, 409, 409]);
  });

  it("that is not there is named, with the remedy", async () => {
    const get = storeOf(client(), { bucket: "none-1250000000" }).get("a");
    await expect(get).rejects.toMatchObject({ problem: "bucket_not_found" });
    await expect(get).rejects.toThrow(/none-1250000000.*ap-guangzhou.*create it/);
  });
});

describe("createCosClient", () => {
  it("uses the keys of the execution role, as they are at each request", async () => {
    const store = storeOf(createCosClient({ domain: cos.domain }));
    vi.stubEnv("TENCENTCLOUD_SECRETID", "");
    await expect(store.get("a")).rejects.toMatchObject({ problem: "credentials" });
    vi.stubEnv("TENCENTCLOUD_SECRETID", KEYS.secretId);
    vi.stubEnv("TENCENTCLOUD_SECRETKEY", KEYS.secretKey);
    expect(await store.get("nobody")).toBeUndefined();
    vi.stubEnv("TENCENTCLOUD_SESSIONTOKEN", "not that of these keys");
    await expect(store.get("nobody")).rejects.toMatchObject({ problem: "credentials" });
  });

  it("is loaded with the first request only: neither function pays for what it does not use", async () => {
    const sources = new URL("../../src/", import.meta.url);
    const names = (await readdir(sources)).filter((name) => name.endsWith(".ts"));
    for (const name of names) {
      const text = await readFile(new URL(name, sources), "utf8");
      expect([name, /^import (?!type\b).*cos-nodejs-sdk-v5/m.test(text)]).toEqual([name, false]);
    }
  });

  it("finds nobody where nobody listens, and says so", async () => {
    const store = storeOf(kit.connect({ domain: "http://127.0.0.1:9" }));
    await expect(store.get("a")).rejects.toMatchObject({ problem: "unreachable" });
  });

  it("gives up on a COS that does not answer", async () => {
    cos.faults.requests = () => ({ error: "hang" });
    const store = storeOf(kit.connect({ domain: cos.domain, timeoutMs: 20 }));
    await expect(store.get("a")).rejects.toMatchObject({ code: "unavailable" });
    cos.faults.requests = () => undefined;
  });

  it("tells no secret", async () => {
    const keys = { secretId: KEYS.secretId, secretKey: "canary", sessionToken: "canary-token" };
    const failed = await storeOf(kit.connect({ domain: cos.domain, credentials: keys }))
      .get("a")
      .catch((error: Error) => error);
    const { cause, ...rest } = failed as Error & { cause: Error };
    const shown = [String(failed), JSON.stringify(rest), String(cause), JSON.stringify(cause)];
    expect(shown.join()).not.toContain("canary");
  });

  it.each<[string, object]>([
    ["timeoutMs", { timeoutMs: 0 }],
    ["maxPuts", { maxPuts: 1.5 }],
    ["domain", { domain: "" }],
    ["credentials", { credentials: { secretId: "a" } }],
  ])("refuses a wrong %s", (name, options) => {
    expect(() => createCosClient(options)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
    expect(() => createCosClient(options)).toThrow(name);
  });
});

describe("store and log", () => {
  it.each<[string, object]>([
    ["bucket", { bucket: "chat" }],
    ["region", { region: "" }],
    ["prefix", { prefix: "/chat/" }],
    ["prefix", { prefix: "a".repeat(101) }],
    ["clock", { clock: {} }],
    ["random", { random: 1 }],
  ])("refuse a wrong %s", (name, options) => {
    const all = { ...PLACE, clock, random: Math.random, id: () => "id", ...options };
    for (const create of [createCosConnectionStore, createCosRoomLog]) {
      expect(() => create(client(), all)).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
      expect(() => create(client(), all)).toThrow(name);
    }
  });

  it("refuse what is no client", () => {
    expect(() => storeOf({} as CosLike)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});
