import { describe, expect, it } from "vitest";
import { createCosKeys } from "../../src/cos-keys.ts";
import { cosLifecycleRule } from "../../src/cos-lifecycle.ts";
import type { CosLike } from "../../src/cos-options.ts";
import { createCosRoomLog } from "../../src/cos-room-log.ts";
import { PLACE, startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();
const { cos, clock, meter } = kit;
const MINUTE_MS = 60_000;
const entry = (mid: string) => ({ mid, event: "say", data: mid, ts: clock.now(), digest: mid });

/** A log with 100 old entries, whose next lot is appended by `trim`. */
async function createOld(prefix: string) {
  const log = kit.log({ prefix, retention: { maxEntries: 10, minAgeMs: MINUTE_MS } });
  for (let seq = 1; seq <= 100; seq++) await log.append("lobby", entry(`m${seq}`));
  clock.advance(5 * MINUTE_MS);
  const trim = async () => {
    for (let seq = 101; seq <= 128; seq++) await log.append("lobby", entry(`m${seq}`));
  };
  return { log, trim };
}

const slotsOf = (prefix: string) =>
  cos.keys().filter((key) => key.startsWith(`${prefix}l/lobby/s`)).length;

describe("trimming", () => {
  it("frees old slots from the front, for a few requests", async () => {
    const prefix = kit.prefix();
    const { log, trim } = await createOld(prefix);
    const before = meter.counts();
    await trim();
    const after = meter.counts();
    expect(slotsOf(prefix)).toBe(28);
    expect(after.write - before.write).toBe(28 + 2); // where the log begins, and one multi-delete
    expect(after.list - before.list).toBeLessThanOrEqual(4); // One of them because the head was forgotten meanwhile.
    expect(after.read - before.read).toBeLessThanOrEqual(12);
    const page = await kit.log({ prefix }).read("lobby", { after: 100, limit: 100 });
    expect(page).toMatchObject({ oldest: 101, head: 128 });
    expect(page.entries).toHaveLength(28);
    expect(await log.append("lobby", entry("next"))).toMatchObject({ seq: 129 });
  });

  it("tells those who still know the old beginning, and appends nothing undecided", async () => {
    const prefix = kit.prefix();
    const { log, trim } = await createOld(prefix);
    const other = kit.log({ prefix });
    const { epoch } = await other.head("lobby");
    await trim();
    const late = await other.append("lobby", entry("m50"), { epoch, after: 49 });
    expect(late).toMatchObject({ status: "undecided", oldest: 101, head: 128 });
    expect(await log.head("lobby")).toMatchObject({ head: 128 });
    expect((await other.read("lobby", { after: 20, limit: 5 })).entries).toEqual([]);
  });

  it("is done to its end by the next when one has died before the deletion", async () => {
    const prefix = kit.prefix();
    const { log, trim } = await createOld(prefix);
    cos.faults.requests = ({ action }) =>
      action === "DeleteMultipleObjects" ? { error: "AccessDenied" } : undefined;
    await trim();
    cos.faults.requests = () => undefined;
    expect(slotsOf(prefix)).toBe(128);
    expect(await kit.log({ prefix }).head("lobby")).toMatchObject({ oldest: 101, head: 128 });
    clock.advance(5 * MINUTE_MS);
    for (let seq = 129; seq <= 192; seq++) await log.append("lobby", entry(`m${seq}`));
    expect(slotsOf(prefix)).toBe(64);
    const floors = cos.keys().filter((key) => key.startsWith(`${prefix}l/lobby/f`));
    expect(floors).toEqual([createCosKeys(prefix).floor("lobby", 128)]);
  });
});

describe("a function that was frozen in the middle of an append", () => {
  it("acks nothing that it put where a slot had been freed meanwhile", async () => {
    const prefix = kit.prefix();
    const other = await createOld(prefix);
    const { epoch, head } = await other.log.head("lobby");
    let frozen = false;
    const client: CosLike = {
      ...kit.client,
      async putObject(params) {
        if (!frozen) {
          frozen = true;
          await other.trim();
          clock.advance(5 * MINUTE_MS);
          for (let seq = 129; seq <= 192; seq++) await other.log.append("lobby", entry(`m${seq}`));
        }
        return kit.client.putObject(params);
      },
    };
    const options = { ...PLACE, prefix, clock, random: Math.random, id: () => "id" };
    const retention = { maxEntries: 10, minAgeMs: MINUTE_MS };
    const log = createCosRoomLog(client, { ...options, retention });
    const late = log.append("lobby", entry("mine"), { epoch, after: head });
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    expect(await other.log.head("lobby")).toMatchObject({ head: 192 });
    const again = await log.append("lobby", entry("mine"), { epoch, after: head });
    expect(again.status).toBe("undecided"); // Its place was trimmed: the sender is told so.
  });
});

describe("cosLifecycleRule", () => {
  it("is about the states of connections only", () => {
    const { Filter } = cosLifecycleRule({ prefix: "test/" });
    const keys = createCosKeys("test/");
    expect(keys.version("a", 1).startsWith(Filter.Prefix)).toBe(true);
    for (const key of [keys.slot("c", 1), keys.room("c"), keys.user("c")]) {
      expect(key.startsWith(Filter.Prefix)).toBe(false);
    }
  });
});
