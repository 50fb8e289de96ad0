import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import {
  type AwsCredentials,
  createCredentialSource,
  credentialsFromEnvironment,
} from "../src/api-gateway-credentials.ts";

const MINUTE_MS = 60_000;

/** A source over a provider that counts, and fails when told to. */
function setUp({ livesMs, same = false }: { livesMs?: number; same?: boolean } = {}) {
  const clock = createVirtualClock();
  const asked: unknown[] = [];
  const warnings: string[] = [];
  const state = { fails: false };
  const source = createCredentialSource({
    clock,
    logger: { error: () => undefined, warn: (message) => warnings.push(message) },
    async provider(how): Promise<AwsCredentials> {
      asked.push(how);
      if (state.fails) throw new Error("no metadata service");
      return {
        accessKeyId: `key-${same ? 1 : asked.length}`,
        secretAccessKey: "s",
        ...(livesMs !== undefined && { expiration: new Date(clock.now() + livesMs) }),
      };
    },
  });
  return { clock, source, asked, warnings, state };
}

describe("createCredentialSource", () => {
  it("asks once, however many want them", async () => {
    const { clock, source, asked } = setUp();
    expect(source.current()).toBeUndefined();
    const [first, second] = await Promise.all([source.get(), source.get()]);
    expect(first).toBe(second);
    await clock.advance(365 * 24 * 60 * MINUTE_MS);
    expect(source.current()).toBe(first);
    expect(await source.get()).toBe(first);
    expect(asked).toHaveLength(1);
  });

  it("refreshes five minutes before the end, while the old ones still serve", async () => {
    const { clock, source, asked } = setUp({ livesMs: 60 * MINUTE_MS });
    await source.get();
    await clock.advance(55 * MINUTE_MS - 1);
    expect(source.current()?.accessKeyId).toBe("key-1");
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(source.current()?.accessKeyId).toBe("key-1");
    expect(source.current()?.accessKeyId).toBe("key-1");
    await source.get();
    expect(asked).toHaveLength(2);
    await expect
      .poll(() => source.current()?.accessKeyId, { interval: 1, timeout: 4000 })
      .toBe("key-2");
  });

  it("goes on with the old ones while a refresh fails, and tries again every 10 seconds", async () => {
    const { clock, source, asked, warnings, state } = setUp({ livesMs: 60 * MINUTE_MS });
    await source.get();
    state.fails = true;
    await clock.advance(56 * MINUTE_MS);
    for (let time = 0; time < 3; time++) {
      expect(source.current()?.accessKeyId).toBe("key-1");
      await clock.advance(1000);
    }
    expect(asked).toHaveLength(2);
    expect(warnings).toHaveLength(1);
    await clock.advance(10_000);
    state.fails = false;
    source.current();
    await clock.advance(1);
    expect(source.current()?.accessKeyId).toBe("key-3");
  });

  it("rejects once the old ones have expired and there are no new ones", async () => {
    const { clock, source, state } = setUp({ livesMs: 60 * MINUTE_MS });
    await source.get();
    state.fails = true;
    await clock.advance(60 * MINUTE_MS);
    expect(source.current()).toBeUndefined();
    await expect(source.get()).rejects.toThrow("no metadata service");
    state.fails = false;
    expect((await source.get()).accessKeyId).toBe("key-3");
  });

  it("does not ask at every use when the provider gives what is about to end", async () => {
    const { clock, source, asked } = setUp({ livesMs: MINUTE_MS });
    await source.get();
    for (let time = 0; time < 9; time++) {
      await clock.advance(1000);
      source.current();
    }
    expect(asked).toHaveLength(1);
  });

  it("renews by force, and not again while others do", async () => {
    const { clock, source, asked } = setUp();
    const used = await source.get();
    expect(await source.renew(used)).toBe(true);
    expect(asked).toEqual([{}, { forceRefresh: true }]);
    expect(await source.renew(used)).toBe(true); // Somebody else has done it.
    expect(asked).toHaveLength(2);
    expect(await source.renew(await source.get())).toBe(false);
    await clock.advance(10_000);
    expect(await source.renew(await source.get())).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it("says so when there are no others", async () => {
    const { source } = setUp({ same: true });
    expect(await source.renew(await source.get())).toBe(false);
  });

  it.each([
    ["accessKeyId", { accessKeyId: "" }],
    ["accessKeyId", { accessKeyId: "a\r\nx: y" }],
    ["secretAccessKey", { secretAccessKey: "" }],
    ["sessionToken", { sessionToken: "topsecret\n" }],
  ])("refuses a bad %s without repeating it", async (name, bad) => {
    const good = { accessKeyId: "a", secretAccessKey: "topsecret" };
    const source = createCredentialSource({
      clock: createVirtualClock(),
      provider: async () => ({ ...good, ...bad }),
    });
    const failure = expect(source.get()).rejects;
    await failure.toMatchObject({ code: "invalid_argument" });
    await expect(source.get()).rejects.toThrow(name);
    await expect(source.get()).rejects.not.toThrow("topsecret");
  });
});

describe("credentialsFromEnvironment", () => {
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "s" };

  it("reads what a Lambda function has", () => {
    expect(credentialsFromEnvironment({ ...env, AWS_SESSION_TOKEN: "t" })).toEqual({
      accessKeyId: "a",
      secretAccessKey: "s",
      sessionToken: "t",
    });
    const AWS_CREDENTIAL_EXPIRATION = "2026-01-02T03:04:05Z";
    expect(credentialsFromEnvironment({ ...env, AWS_CREDENTIAL_EXPIRATION })).toEqual({
      accessKeyId: "a",
      secretAccessKey: "s",
      expiration: new Date(AWS_CREDENTIAL_EXPIRATION),
    });
  });

  it("leaves the rest to the chain", () => {
    expect(credentialsFromEnvironment({})).toBeUndefined();
    expect(credentialsFromEnvironment({ AWS_ACCESS_KEY_ID: "a" })).toBeUndefined();
    expect(credentialsFromEnvironment({ ...env, AWS_PROFILE: "dev" })).toBeUndefined();
  });
});
