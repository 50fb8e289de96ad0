import { describe, expect, it } from "vitest";
import { startTable } from "./table-kit.ts";
import { createRig, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();

async function expectMember(rig: TableRig, is: boolean): Promise<void> {
  const { members } = await rig.store().members("lobby", { limit: 10 });
  expect(members.map(({ connectionId }) => connectionId)).toEqual(is ? ["a"] : []);
  expect((await rig.store().get("a"))?.rooms ?? []).toEqual(is ? ["lobby"] : []);
}

describe("what happens between two requests of an operation", { timeout: 30_000 }, () => {
  it("a close: a join brings nobody back", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    rig.trace.before("updateEntity", () => rig.store().close("a"));
    expect(await rig.store().join("a", "lobby")).toBe(false);
    await expectMember(rig, false);
  });

  it("a leave: a join is behind it", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    rig.trace.before("updateEntity", () => rig.store().leave("a", "lobby"));
    expect(await rig.store().join("a", "lobby")).toBe(true);
    await expectMember(rig, true);
  });

  it("a join: a leave that has changed the row leaves it its membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    rig.trace.before("deleteEntity", () => rig.store().join("a", "lobby"));
    expect(await rig.store().leave("a", "lobby")).toBe(true);
    await expectMember(rig, true);
  });

  it("a touch: a leave still deletes the membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const until = rig.clock.now() + 2 * LEASE_MS;
    rig.trace.before("updateEntity", () => rig.store().touch("a", until));
    expect(await rig.store().leave("a", "lobby")).toBe(true);
    await expectMember(rig, false);
    expect((await rig.store().get("a"))?.expiresAt).toBe(until);
  });

  it("a touch: a join gives the membership the lease of by now", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const until = rig.clock.now() + 2 * LEASE_MS;
    rig.trace.before("upsertEntity", () => rig.store().touch("a", until));
    expect(await rig.store().join("a", "lobby")).toBe(true);
    rig.clock.advance(LEASE_MS);
    rig.meter.reset();
    await expectMember(rig, true);
    expect(rig.meter.counts().read).toBe(1); // That of `get`: the membership itself is up to date.
  });

  it("another join: both are true, once", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    rig.trace.before("updateEntity", () => rig.store().join("a", "lobby"));
    expect(await rig.store().join("a", "lobby")).toBe(true);
    await expectMember(rig, true);
  });

  it("another user: who opened last is who it is", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const bob = rig.connection("a", { user: { userId: "bob" } });
    const eve = rig.connection("a", { user: { userId: "eve" } });
    rig.trace.before("updateEntity", () => rig.store().open(eve));
    await rig.store().open(bob);
    const { members } = await rig.store().members("lobby", { limit: 10 });
    const user = (await rig.store().get("a"))?.user.userId ?? "";
    expect(members.map(({ userId }) => userId)).toEqual([user]);
    expect(await rig.store().connectionsOf(user)).toEqual(["a"]);
    for (const other of ["user-of-a", "bob", "eve"].filter((name) => name !== user)) {
      expect(await rig.store().connectionsOf(other)).toEqual([]);
    }
  });

  it("a second trim: both end, and nothing that is kept is lost", async () => {
    const rig = await createRig(kit);
    const retention = { maxEntries: 3, minAgeMs: 0 };
    const log = rig.log({ retention });
    for (let seq = 1; seq < 64; seq++) await log.append("lobby", rig.entry(`m${seq}`));
    rig.clock.advance(10 * LEASE_MS);
    let second: unknown;
    rig.trace.before("submitTransaction", async () => {
      const other = rig.log({ retention });
      for (let seq = 65; seq <= 128; seq++) await other.append("lobby", rig.entry(`m${seq}`));
      second = (await other.head("lobby")).oldest;
    });
    await log.append("lobby", rig.entry("m64"));
    expect(second).toBe(126);
    const { entries } = await rig.log({ retention }).read("lobby", { after: 125, limit: 9 });
    expect(entries.map(({ seq }) => seq)).toEqual([126, 127, 128]);
    expect(rig.warnings).toEqual([]);
  });
});
