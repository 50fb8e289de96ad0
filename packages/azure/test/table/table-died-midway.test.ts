import { describe, expect, it } from "vitest";
import { startTable } from "./table-kit.ts";
import { createRig, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();

/** From here on nothing gets through, as for an invocation that is frozen for good. */
function dying(rig: TableRig, method: "updateEntity" | "deleteEntity") {
  const { client } = rig.trace;
  let isDead = false;
  const gate =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      isDead ||= name === method;
      if (!isDead) return call(...args);
      return Promise.reject(Object.assign(new Error("frozen"), { code: "ECONNRESET" }));
    };
  return rig.store(
    {},
    {
      ...client,
      getEntity: gate("getEntity", client.getEntity),
      updateEntity: gate("updateEntity", client.updateEntity),
      upsertEntity: gate("upsertEntity", client.upsertEntity),
      deleteEntity: gate("deleteEntity", client.deleteEntity),
    },
  );
}

const members = async (rig: TableRig, room = "lobby") => {
  const page = await rig.store().members(room, { limit: 10 });
  return { ids: page.members.map(({ connectionId }) => connectionId), expired: page.expired };
};

describe("who died between two writes", { timeout: 30_000 }, () => {
  it("of a join, left a membership that ends with its lease, and no dead connection", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    await expect(dying(rig, "updateEntity").join("a", "lobby")).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(rig.warnings).toHaveLength(1);
    expect((await rig.store().get("a"))?.rooms).toEqual([]);
    await rig.store().touch("a", rig.clock.now() + 3 * LEASE_MS);
    rig.clock.advance(LEASE_MS);
    expect(await members(rig)).toEqual({ ids: [], expired: [] });
    expect(await rig.store().count("lobby")).toBe(0);
    expect((await rig.rows()).filter((key) => key.startsWith("R."))).toEqual([]);
    expect(await rig.store().get("a")).toMatchObject({ rooms: [] });
  });

  it("of a join whose connection then closed, left nothing behind its lease", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    await dying(rig, "updateEntity")
      .join("a", "lobby")
      .catch(() => undefined);
    await rig.store().close("a");
    rig.clock.advance(LEASE_MS);
    expect(await members(rig)).toEqual({ ids: [], expired: [] });
    expect((await rig.rows()).filter((key) => key.startsWith("R."))).toEqual([]);
  });

  it("of a join, is repaired by the next one, or by a leave", async () => {
    for (const repair of ["join", "leave"] as const) {
      const rig = await createRig(kit);
      await rig.enter("a");
      await dying(rig, "updateEntity")
        .join("a", "lobby")
        .catch(() => undefined);
      expect(await rig.store()[repair]("a", "lobby")).toBe(repair === "join");
      const rooms = repair === "join" ? ["lobby"] : [];
      expect((await rig.store().get("a"))?.rooms).toEqual(rooms);
      expect((await members(rig)).ids).toEqual(repair === "join" ? ["a"] : []);
    }
  });

  it("of a leave, is repaired by the next leave", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    await dying(rig, "deleteEntity")
      .leave("a", "lobby")
      .catch(() => undefined);
    expect((await members(rig)).ids).toEqual(["a"]);
    expect(await rig.store().leave("a", "lobby")).toBe(false);
    expect((await members(rig)).ids).toEqual([]);
  });

  it("of a touch, took no member away", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const until = rig.clock.now() + 2 * LEASE_MS;
    let updates = 0;
    const update = rig.trace.client.updateEntity;
    const client = {
      ...rig.trace.client,
      updateEntity: (...args: Parameters<typeof update>) =>
        ++updates === 2 ? Promise.reject(new Error("frozen")) : update(...args),
    };
    await rig
      .store({}, client)
      .touch("a", until)
      .catch(() => undefined);
    rig.clock.advance(LEASE_MS);
    expect(await members(rig)).toEqual({ ids: ["a"], expired: [] });
    expect(await rig.store().count("lobby")).toBe(1);
    expect(await rig.store().touch("a", until)).toBe(true); // The same again: it reaches the membership, too.
    rig.meter.reset();
    await members(rig);
    expect(rig.meter.counts()).toMatchObject({ list: 1, read: 0 });
    rig.clock.advance(LEASE_MS);
    expect(await members(rig)).toEqual({ ids: [], expired: ["a"] });
  });

  it("of a close, is completed by the next one", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    await dying(rig, "deleteEntity")
      .close("a")
      .catch(() => undefined);
    expect(await rig.store().get("a")).toBeUndefined();
    expect((await members(rig)).ids).toEqual(["a"]);
    expect(await rig.store().close("a")).toBeUndefined();
    expect((await members(rig)).ids).toEqual([]);
  });
});
