import type { AppendResult, LogEntry } from "@hubbub/core";
import type { CosFault, CosRequest } from "@hubbub/local/tencent";
import { afterEach, describe, expect, it } from "vitest";
import { createCosRoomLog } from "../../src/cos-room-log.ts";
import { createScfCredentials } from "../../src/scf-credentials.ts";
import { KEYS, PLACE, startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();
const { cos, clock } = kit;
const credentials = [{ ...KEYS, securityToken: "first", expiresAt: Date.now() + 3_600_000 }];
const other = await startCosKit({ credentials });

/** Faults for the first requests that are meant, repetitions of the SDK included. */
function failFirst(times: number, fault: CosFault, action?: CosRequest["action"]): void {
  let left = times;
  cos.faults.requests = (request) =>
    (action === undefined || request.action === action) && left-- > 0 ? fault : undefined;
}

const entry = (mid: string): LogEntry => ({
  ...{ mid, from: { id: "ann" }, event: "say", data: { text: mid }, ts: clock.now(), digest: mid },
});

afterEach(() => {
  cos.faults.requests = () => undefined;
});

describe("an append", () => {
  const mids = async (prefix: string) => {
    const { entries } = await kit.log({ prefix }).read("lobby", { after: 0, limit: 100 });
    return entries.map(({ mid }) => mid);
  };

  it("is appended, not a duplicate, when the answer of its PUT was lost", async () => {
    const prefix = kit.prefix();
    const log = kit.log({ prefix });
    await log.append("lobby", entry("m1"));
    failFirst(1, { error: "no-answer", afterEffect: true }, "PutObject");
    expect(await log.append("lobby", entry("m2"))).toMatchObject({ status: "appended", seq: 2 });
    expect(await mids(prefix)).toEqual(["m1", "m2"]);
  });

  it.each<[string, CosFault, string | undefined]>([
    ["503", { error: "SlowDown" }, undefined],
    ["500", { error: "InternalError" }, undefined],
    ["a connection that is cut", { error: "no-answer" }, undefined],
    ["an answer that is cut in its middle", { error: "half-answer" }, undefined],
    ["403", { error: "AccessDenied" }, "not_authorized"],
    ["wrong keys", { error: "InvalidAccessKeyId" }, "credentials"],
    ["a missing bucket", { error: "NoSuchBucket" }, "bucket_not_found"],
  ])("loses nothing that was acked while COS answers with %s", async (_what, fault, problem) => {
    const prefix = kit.prefix();
    const log = kit.log({ prefix });
    const position = { ...(await log.head("lobby")), after: 0 };
    expect(await log.append("lobby", entry("m1"), position)).toMatchObject({ seq: 1 });
    failFirst(Number.POSITIVE_INFINITY, fault);
    const refused = log.append("lobby", entry("m2"), position);
    await expect(refused).rejects.toMatchObject({
      code: "unavailable",
      ...(problem && { problem }),
    });
    await expect(kit.log({ prefix }).head("lobby")).rejects.toMatchObject({ code: "unavailable" });
    cos.faults.requests = () => undefined;
    const again: AppendResult = await log.append("lobby", entry("m2"), position);
    expect(["appended", "duplicate"]).toContain(again.status);
    expect(await mids(prefix)).toEqual(["m1", "m2"]);
  });

  it("is repeated, later and later, while COS is too busy", async () => {
    const log = kit.log({ prefix: kit.prefix() });
    await log.append("lobby", entry("m1"));
    failFirst(4 * 3, { error: "SlowDown" }, "PutObject");
    const before = kit.meter.counts().write;
    expect(await log.append("lobby", entry("m2"))).toMatchObject({ status: "appended", seq: 2 });
    expect(kit.meter.counts().write - before).toBe(4);
  });

  it("takes no log for an unborn one because a listing shows nothing", async () => {
    const prefix = kit.prefix();
    const log = kit.log({ prefix });
    for (const mid of ["m1", "m2", "m3"]) await log.append("lobby", entry(mid));
    const { epoch } = await log.head("lobby");
    cos.faults.requests = () => ({ listing: { hide: () => true } });
    const other = kit.log({ prefix });
    expect(await other.head("lobby")).toMatchObject({ epoch, head: 3 });
    expect(await other.append("lobby", entry("m4"))).toMatchObject({ status: "appended", seq: 4 });
  });
});

describe("a store", () => {
  it("finds connections, whatever listings show", async () => {
    const prefix = kit.prefix();
    await kit.store({ prefix }).open(kit.connection("a"));
    cos.faults.requests = () => ({ listing: { hide: () => true } });
    const other = kit.store({ prefix });
    expect(await other.get("a")).toMatchObject({ connectionId: "a" });
    expect(await other.join("a", "lobby")).toBe(true);
    expect(await kit.store({ prefix }).get("a")).toMatchObject({ rooms: ["lobby"] });
  });

  it("does not end a connection whose touch died before it put the member's key", async () => {
    const prefix = kit.prefix();
    const store = kit.store({ prefix });
    await store.open(kit.connection("a"));
    await store.join("a", "lobby");
    const until = clock.now() + 600_000;
    let puts = 0;
    cos.faults.requests = ({ action }) =>
      action === "PutObject" && ++puts > 1 ? { error: "AccessDenied" } : undefined;
    await expect(store.touch("a", until)).rejects.toMatchObject({ code: "unavailable" });
    cos.faults.requests = () => undefined;
    clock.advance(120_000);
    const other = kit.store({ prefix });
    const page = await other.members("lobby", { limit: 10 });
    expect(page.expired).toEqual([]);
    expect(page.members).toMatchObject([{ connectionId: "a", name: "Ann" }]);
    const before = kit.meter.counts();
    await other.members("lobby", { limit: 10 });
    expect(kit.meter.counts()).toEqual({ ...before, list: before.list + 1 });
  });

  it("says what is missing when a bucket is not there, even if the SDK calls it a success", async () => {
    const store = kit.store({ prefix: kit.prefix() });
    await store.open(kit.connection("a"));
    await store.join("a", "lobby");
    cos.faults.requests = ({ action }) =>
      action.startsWith("Delete") ? { error: "NoSuchBucket" } : undefined;
    await expect(store.leave("a", "lobby")).rejects.toMatchObject({ problem: "bucket_not_found" });
  });
});

describe("keys", () => {
  it("are replaced in the middle of a life, and nothing is lost meanwhile", async () => {
    const holder = createScfCredentials();
    const upgrade = (token: string) =>
      holder.take(
        new Map([
          ...[["x-scf-secret-id", KEYS.secretId] as const],
          ...[
            ["x-scf-secret-key", KEYS.secretKey] as const,
            ["x-scf-session-token", token] as const,
          ],
        ]),
      );
    const log = createCosRoomLog(other.connect({ credentials: holder.get }), {
      ...{ ...PLACE, clock: other.clock, random: Math.random, id: () => crypto.randomUUID() },
    });
    const append = (mid: string) => log.append("lobby", entry(mid));
    await expect(append("m1")).rejects.toMatchObject({ problem: "credentials" });
    upgrade("first");
    expect(await append("m1")).toMatchObject({ status: "appended", seq: 1 });
    credentials[0] = { ...KEYS, securityToken: "first", expiresAt: 0 };
    await expect(append("m2")).rejects.toMatchObject({
      ...{ code: "unavailable", problem: "credentials" },
    });
    credentials[0] = { ...KEYS, securityToken: "second", expiresAt: Date.now() + 3_600_000 };
    upgrade("second");
    expect(await append("m2")).toMatchObject({ status: "appended", seq: 2 });
  });
});
