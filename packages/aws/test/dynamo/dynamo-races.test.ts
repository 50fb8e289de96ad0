import { describe, expect, it } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig, type DynamoRig, LEASE_MS, pausing } from "./dynamo-rig.ts";

const kit = await startDynamo();

/** A store whose next command of a kind waits until something else has happened. */
const delayed = (rig: DynamoRig, name: string, meanwhile: () => Promise<unknown>, nth = 1) =>
  rig.store({ client: pausing(kit.client, name, meanwhile, nth) });
const die = async () => {
  throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
};

async function membersOf(rig: DynamoRig, room = "lobby") {
  const page = await rig.store().members(room, { limit: 10 });
  return { live: page.members.map(({ connectionId }) => connectionId), expired: page.expired };
}
const nobody = { live: [], expired: [] };

describe("a join that is slower than", { timeout: 30_000 }, () => {
  it("a close leaves no membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const slow = delayed(rig, "Put", () => rig.store().close("a"));
    expect(await slow.join("a", "lobby")).toBe(false);
    expect(await membersOf(rig)).toEqual(nobody);
  });

  it("a touch and a close that follow leaves no membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const until = rig.clock.now() + 2 * LEASE_MS;
    const touching = delayed(rig, "Get", async () => {
      await rig.store().touch("a", until); // The membership is there, and gets a newer version.
      await delayed(rig, "BatchWrite", die)
        .close("a")
        .catch(() => undefined);
    });
    expect(await touching.join("a", "lobby")).toBe(false);
    expect(await membersOf(rig)).toEqual(nobody);
  });

  it("a leave leaves no membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const slow = delayed(rig, "Put", () => rig.store().leave("a", "lobby"));
    await slow.join("a", "lobby");
    expect(await membersOf(rig)).toEqual(nobody);
    expect((await rig.store().get("a"))?.rooms).toEqual([]);
  });

  it("a leave and another join leaves one membership", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const slow = delayed(rig, "Put", async () => {
      await rig.store().leave("a", "lobby");
      await rig.store().join("a", "lobby");
    });
    expect(await slow.join("a", "lobby")).toBe(true);
    expect(await membersOf(rig)).toEqual({ live: ["a"], expired: [] });
    expect((await rig.store().get("a"))?.rooms).toEqual(["lobby"]);
  });

  it("a leave and another join into another shard leaves one membership", async () => {
    const rig = await createRig(kit);
    for (const id of ["a", "b", "c", "d"]) {
      await rig.enter(id);
      const slow = delayed(rig, "Put", async () => {
        await rig.store().leave(id, "lobby");
        await rig.store({ shards: 7 }).join(id, "lobby");
      });
      expect(await slow.join(id, "lobby")).toBe(true);
    }
    expect(await rig.store().count("lobby")).toBe(4);
    for (const id of ["a", "b", "c", "d"]) await rig.store().close(id);
    expect(await rig.store().count("lobby")).toBe(0);
  });

  it("a touch gives the membership the new lease", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const until = rig.clock.now() + 3 * LEASE_MS;
    const slow = delayed(rig, "Put", () => rig.store().touch("a", until));
    expect(await slow.join("a", "lobby")).toBe(true);
    rig.clock.advance(2 * LEASE_MS);
    expect(await membersOf(rig)).toEqual({ live: ["a"], expired: [] });
  });
});

describe("a leave that is slower than", { timeout: 30_000 }, () => {
  it("another join does not take its membership away", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const slow = delayed(rig, "Delete", () => rig.store().join("a", "lobby"));
    expect(await slow.leave("a", "lobby")).toBe(true);
    expect(await membersOf(rig)).toEqual({ live: ["a"], expired: [] });
    expect((await rig.store().get("a"))?.rooms).toEqual(["lobby"]);
  });
});

describe("a touch that is slower than", { timeout: 30_000 }, () => {
  it("a leave brings no membership back", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    let left = false;
    const leave = async () => {
      left = await rig.store().leave("a", "lobby");
    };
    const slow = delayed(rig, "Update", leave, 2);
    expect(await slow.touch("a", rig.clock.now() + 2 * LEASE_MS)).toBe(true);
    expect(left).toBe(true);
    expect(await membersOf(rig)).toEqual(nobody);
  });

  it("a longer one does not shorten the leases of memberships", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const now = rig.clock.now();
    const slow = delayed(rig, "Update", () => rig.store().touch("a", now + 4 * LEASE_MS), 2);
    await slow.touch("a", now + 2 * LEASE_MS);
    rig.clock.advance(3 * LEASE_MS);
    expect(await membersOf(rig)).toEqual({ live: ["a"], expired: [] });
  });
});

describe("an operation that died between its writes is completed by", { timeout: 30_000 }, () => {
  it.each(["leave", "close"] as const)("the next %s", async (operation) => {
    const rig = await createRig(kit);
    const sharded = { shards: 3 };
    for (const options of [{}, sharded]) {
      const id = `a${Object.keys(options)}`;
      await rig.enter(id);
      await rig.store(options).join(id, "lobby");
      const dying = delayed(rig, operation === "leave" ? "Delete" : "BatchWrite", die);
      await expect(dying[operation](id, "lobby")).rejects.toMatchObject({ code: "unavailable" });
      expect(await rig.store().count("lobby")).toBe(1);
      await rig.store(options)[operation](id, "lobby");
      expect(await rig.store().count("lobby")).toBe(0);
    }
  });

  it("the next touch", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const until = rig.clock.now() + 2 * LEASE_MS;
    const dying = delayed(rig, "Update", die, 2);
    await expect(dying.touch("a", until)).rejects.toMatchObject({ code: "unavailable" });
    expect(await rig.store().touch("a", until)).toBe(true);
    rig.clock.advance(1.5 * LEASE_MS);
    expect(await membersOf(rig)).toEqual({ live: ["a"], expired: [] });
  });
});

describe("a connection that is opened again after its lease", { timeout: 30_000 }, () => {
  it("is not reported as expired", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby", "attic");
    rig.clock.advance(LEASE_MS);
    expect(await membersOf(rig)).toEqual({ live: [], expired: ["a"] });
    expect(await rig.store().open(rig.connection("a"))).toBe(true);
    expect(await membersOf(rig)).toEqual(nobody);
    expect(await membersOf(rig, "attic")).toEqual(nobody);
  });
});
