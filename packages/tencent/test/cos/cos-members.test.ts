import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();
const { cos, clock, meter } = kit;
await kit.store().close("nobody");

/** What a call costs, at the meter and at COS. */
async function costOf(call: () => Promise<unknown>) {
  cos.requests.length = 0;
  meter.reset();
  await call();
  const { read, write, list } = meter.counts();
  const asked = cos.requests.map(({ action }) => action);
  expect(asked).toHaveLength(read + write + list);
  return { read, write, list };
}

describe("requests", () => {
  it("are two PUTs to connect, two and a GET to join, one LIST for 1,000 members", async () => {
    const store = kit.store({ prefix: kit.prefix() });
    expect(await costOf(() => store.open(kit.connection("a")))).toEqual({
      read: 0,
      write: 2,
      list: 0,
    });
    expect(await costOf(() => store.join("a", "lobby"))).toEqual({ read: 1, write: 2, list: 0 });
    expect(await costOf(() => store.get("a"))).toEqual({ read: 1, write: 0, list: 0 });
    expect(await costOf(() => store.members("lobby", { limit: 1000 }))).toEqual({
      ...{ read: 0, write: 0, list: 1 },
    });
    const until = clock.now() + 300_000;
    expect(await costOf(() => store.touch("a", until))).toEqual({ read: 1, write: 3, list: 0 });
    expect(await costOf(() => store.leave("a", "lobby"))).toEqual({ read: 0, write: 2, list: 0 });
    expect(await costOf(() => store.close("a"))).toEqual({ read: 0, write: 2, list: 0 });
  });

  it("are three GETs for who is not known here, and no LIST", async () => {
    const prefix = kit.prefix();
    await kit.store({ prefix }).open(kit.connection("a"));
    const other = kit.store({ prefix });
    expect(await costOf(() => other.get("a"))).toEqual({ read: 3, write: 0, list: 0 });
    expect(await costOf(() => other.get("a"))).toEqual({ read: 1, write: 0, list: 0 });
  });

  it("are one PUT for a message, and one GET for where a log ends", async () => {
    const log = kit.log({ prefix: kit.prefix() });
    const append = (mid: string) =>
      log.append("lobby", { mid, event: "say", data: mid, ts: clock.now(), digest: mid });
    await append("m1");
    expect(await costOf(() => append("m2"))).toEqual({ read: 0, write: 1, list: 0 });
    expect(await costOf(() => log.head("lobby"))).toEqual({ read: 1, write: 0, list: 0 });
  });
});

describe("members", () => {
  it("are told by keys of at most 850 bytes, or by objects where a key has no room", async () => {
    const prefix = kit.prefix();
    const store = kit.store({ prefix });
    const users = [
      { userId: "ann", name: "Ann" },
      { userId: "\ud800", name: "安".repeat(60) },
      { userId: "u".repeat(400), name: "n".repeat(400) },
    ];
    for (const [index, user] of users.entries()) {
      await store.open(kit.connection(`c${index}`, { user }));
      await store.join(`c${index}`, "安".repeat(50));
    }
    const { members } = await store.members("安".repeat(50), { limit: 10 });
    expect(members.map(({ userId, name }) => ({ userId, name }))).toEqual(users);
    const keys = cos.keys().filter((key) => key.startsWith(`${prefix}m/`));
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(850);
    const reads = await costOf(() => store.members("安".repeat(50), { limit: 10 }));
    expect(reads).toEqual({ read: 1, write: 0, list: 1 });
  });

  it("come once each while keys of older leases are still there", async () => {
    const prefix = kit.prefix();
    const store = kit.store({ prefix });
    for (const id of ["a", "b", "c"]) {
      await store.open(kit.connection(id));
      await store.join(id, "lobby");
    }
    cos.faults.requests = ({ action }) =>
      action === "DeleteObject" ? { error: "AccessDenied" } : undefined;
    for (const id of ["a", "b", "c"]) {
      await store.touch(id, clock.now() + 600_000).catch(() => undefined);
    }
    cos.faults.requests = () => undefined;
    expect(cos.keys().filter((key) => key.startsWith(`${prefix}m/`))).toHaveLength(6);
    for (const limit of [1, 2, 3, 10]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.members("lobby", { cursor, limit });
        expect(page.expired).toEqual([]);
        seen.push(...page.members.map(({ connectionId }) => connectionId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(["a", "b", "c"]);
    }
    expect(await store.count("lobby")).toBe(3);
  });

  it("are found among objects that are somebody else's", async () => {
    const prefix = kit.prefix();
    const store = kit.store({ prefix });
    await store.open(kit.connection("b"));
    await store.join("b", "lobby");
    for (const name of ["", "!", "a,b", "c", "z/é", "a,0000000000000000.1.bm9uZQ", "🦊"]) {
      cos.put(`${prefix}m/lobby/${name}`, "");
    }
    for (const limit of [1, 3, 100]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.members("lobby", { cursor, limit });
        seen.push(...page.members.map(({ connectionId }) => connectionId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(["b"]);
    }
    expect(await store.count("lobby")).toBe(1);
  });
});
