import { describe, expect, it } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig, type DynamoRig, LEASE_MS } from "./dynamo-rig.ts";

const kit = await startDynamo();

/** What a call sends and costs: commands, requests by the meter, DynamoDB's own capacity units. */
async function cost(rig: DynamoRig, call: () => Promise<unknown>) {
  rig.meter.reset();
  const from = rig.trace.sent.length;
  await call();
  const sent = rig.trace.sent.slice(from);
  const { read, write, list } = rig.meter.counts();
  const units = sent.reduce((sum, command) => sum + (command.units ?? 0), 0);
  return { commands: sent.map(({ name }) => name), read, write, list, units };
}

describe("what an operation costs", { timeout: 30_000 }, () => {
  it("is a write to connect, two and a read to join, two to leave", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    // On AWS a write to or from the index by user is one more unit, which dynalite does not add.
    expect(await cost(rig, () => store.open(rig.connection("a")))).toEqual({
      commands: ["PutItem"],
      ...{ read: 0, write: 1, list: 0, units: 1 },
    });
    expect(await cost(rig, () => store.join("a", "lobby"))).toEqual({
      commands: ["UpdateItem", "PutItem", "GetItem"],
      ...{ read: 1, write: 2, list: 0, units: 3 },
    });
    expect(await cost(rig, () => store.get("a"))).toEqual({
      commands: ["GetItem"],
      ...{ read: 1, write: 0, list: 0, units: 1 },
    });
    expect(await cost(rig, () => store.touch("a", rig.clock.now() + 2 * LEASE_MS))).toEqual({
      commands: ["UpdateItem", "UpdateItem"],
      ...{ read: 0, write: 2, list: 0, units: 2 },
    });
    expect(await cost(rig, () => store.leave("a", "lobby"))).toEqual({
      commands: ["UpdateItem", "DeleteItem"],
      ...{ read: 0, write: 2, list: 0, units: 2 },
    });
    await store.join("a", "lobby");
    expect(await cost(rig, () => store.close("a"))).toEqual({
      commands: ["UpdateItem", "BatchWriteItem"],
      ...{ read: 0, write: 2, list: 0, units: 2 },
    });
    expect(await cost(rig, () => store.close("never"))).toEqual({
      commands: ["UpdateItem"],
      ...{ read: 0, write: 1, list: 0, units: 1 },
    });
  });

  it("is a write to publish, and a list for each page of members", async () => {
    const rig = await createRig(kit);
    const [store, log] = [rig.store(), rig.log()];
    for (const id of ["a", "b", "c", "d"]) await rig.enter(id, "lobby");
    const entry = (mid: string) => ({
      ...{ mid, event: "say", data: "x".repeat(150), ts: rig.clock.now(), digest: "0".repeat(16) },
      from: { id: "ann", name: "Ann" },
    });
    const append = (mid: string) => cost(rig, () => log.append("lobby", entry(mid)));
    expect(await append("birth")).toMatchObject({
      commands: ["Query", "PutItem", "PutItem"],
      units: 2, // DynamoDB also bills a query that finds nothing, dynalite does not.
    });
    expect(await append("warm")).toEqual({
      commands: ["PutItem"],
      ...{ read: 0, write: 1, list: 0, units: 1 },
    });
    expect(await cost(rig, () => rig.log().append("lobby", entry("cold")))).toEqual({
      commands: ["Query", "PutItem"],
      ...{ read: 0, write: 1, list: 1, units: 2 },
    });
    expect(await cost(rig, () => log.head("lobby"))).toMatchObject({ list: 1, units: 1 });
    expect(await cost(rig, () => log.read("lobby", { after: 0, limit: 50 }))).toMatchObject({
      ...{ list: 2, read: 0, units: 2 },
    });
    for (const limit of [4, 2, 1]) {
      const pages = cost(rig, async () => {
        let cursor: string | undefined;
        do cursor = (await store.members("lobby", { cursor, limit })).cursor;
        while (cursor !== undefined);
      });
      expect(await pages).toMatchObject({ read: 0, write: 0, list: 4 / limit });
    }
    expect(await cost(rig, () => store.count("lobby"))).toMatchObject({
      read: 1,
      list: 1,
      write: 0,
    });
    expect(await cost(rig, () => store.connectionsOf("user-of-a"))).toMatchObject({
      commands: ["Query", "BatchGetItem"],
      ...{ read: 1, list: 1, write: 0 },
    });
  });

  it("is a write and a list more for each race for a slot that was lost", async () => {
    const rig = await createRig(kit);
    const [mine, theirs] = [rig.log(), rig.log()];
    const entry = (mid: string) => ({
      ...{ mid, event: "say", data: mid, ts: rig.clock.now(), digest: mid },
    });
    await mine.append("lobby", entry("m1"));
    for (const mid of ["m2", "m3"]) await theirs.append("lobby", entry(mid));
    expect(await cost(rig, () => mine.append("lobby", entry("m4")))).toMatchObject({
      commands: ["PutItem", "Query", "PutItem"],
      ...{ read: 0, write: 2, list: 1 },
    });
  });

  it("counts every row of a batch", async () => {
    const rig = await createRig(kit);
    const rooms = Array.from({ length: 30 }, (_, index) => `room${index}`);
    await rig.enter("a", ...rooms);
    expect(await cost(rig, () => rig.store().close("a"))).toEqual({
      commands: ["UpdateItem", "BatchWriteItem", "BatchWriteItem"],
      ...{ read: 0, write: 31, list: 0, units: 31 },
    });
  });
});
