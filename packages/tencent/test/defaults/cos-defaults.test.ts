import { createVirtualClock } from "@hubbub/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createCosClient } from "../../src/cos-client.ts";
import { cosLifecycleRule } from "../../src/cos-lifecycle.ts";
import { resolveCosOptions } from "../../src/cos-options.ts";
import { KEYS, PLACE } from "../cos/cos-kit.ts";

const made: Record<string, unknown>[] = [];
vi.mock("cos-nodejs-sdk-v5", () => ({
  default: class {
    constructor(options: Record<string, unknown>) {
      made.push(options);
    }
    getObject = async () => ({ Body: "", ETag: "" });
  },
}));

const client = (options: object = {}) => createCosClient({ credentials: KEYS, ...options });
const settingsOf = async (options?: object) => {
  made.length = 0;
  await client(options).getObject({ Bucket: "b", Region: "r", Key: "k" });
  return made[0];
};

afterEach(() => void vi.unstubAllEnvs());

describe("a client of COS", () => {
  it("gives a try two seconds and has room for 64 PUTs, on Tencent's hosts", async () => {
    vi.stubEnv("COS_DOMAIN", "");
    const { getAuthorization: _, ...settings } = (await settingsOf()) ?? {};
    expect(settings).toEqual({ Timeout: 2000, FileParallelLimit: 64, AutoSwitchHost: false });
  });

  it("asks the environment's COS_DOMAIN, unless it is told another", async () => {
    vi.stubEnv("COS_DOMAIN", "http://127.0.0.1:1");
    expect(await settingsOf()).toMatchObject({ Domain: "http://127.0.0.1:1" });
    const domain = "http://127.0.0.1:2";
    expect(await settingsOf({ domain })).toMatchObject({ Domain: domain });
  });

  it.each<[object, boolean]>([
    [{ timeoutMs: 0 }, false],
    [{ timeoutMs: 1 }, true],
    [{ timeoutMs: 900_000 }, true],
    [{ timeoutMs: 900_001 }, false],
    [{ maxPuts: 0 }, false],
    [{ maxPuts: 1 }, true],
    [{ maxPuts: 10_000 }, true],
    [{ maxPuts: 10_001 }, false],
  ])("takes %o: %s", (options, taken) => {
    const create = () => client(options);
    if (taken) expect(create).not.toThrow();
    else expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});

describe("store and log", () => {
  const resolve = (options: object = {}) =>
    resolveCosOptions(client(), { ...PLACE, clock: createVirtualClock(), ...options });

  it("keep everything under hubbub/, as does the lifecycle rule", () => {
    expect(resolve().prefix).toBe("hubbub/");
    expect(cosLifecycleRule()).toMatchObject({
      ...{ Filter: { Prefix: "hubbub/c/" }, Expiration: { Days: "2" } },
    });
  });

  it("take a prefix of 100 characters, or none, and no longer one", () => {
    expect(resolve({ prefix: "" }).prefix).toBe("");
    expect(resolve({ prefix: "a".repeat(100) }).prefix).toHaveLength(100);
    expect(() => resolve({ prefix: "a".repeat(101) })).toThrow("prefix");
  });
});
