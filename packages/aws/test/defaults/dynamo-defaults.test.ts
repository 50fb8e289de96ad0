import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { connectionKey, type DynamoKey, memberKey } from "../../src/dynamo-keys.ts";
import { slotKey } from "../../src/dynamo-slots.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { append, DAY_MS, HOUR_MS, MINUTE_MS } from "../dynamo/dynamo-log-kit.ts";
import { createRig, type DynamoRig, LEASE_MS } from "../dynamo/dynamo-rig.ts";

const kit = await startDynamo();

/** How long from now on a row is kept by DynamoDB, in milliseconds. */
async function keptMs({ client, clock, tableName }: DynamoRig, Key: DynamoKey): Promise<number> {
  const get = new GetCommand({ TableName: tableName, Key, ConsistentRead: true });
  const { Item } = await client.send(get);
  return Number(Item?.ttl) * 1000 - clock.now();
}

describe("how long rows are kept by default", { timeout: 30_000 }, () => {
  it("is a day longer than its lease for a connection and its memberships", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const keys = [connectionKey("a"), memberKey("lobby", 0, "a")];
    for (const key of keys) expect(await keptMs(rig, key)).toBe(LEASE_MS + DAY_MS);
    await rig.store().touch("a", rig.clock.now() + 2 * LEASE_MS);
    for (const key of keys) expect(await keptMs(rig, key)).toBe(2 * LEASE_MS + DAY_MS);
  });

  it("is a day for the tombstone of a closed one, or as long as was asked for", async () => {
    const rig = await createRig(kit);
    for (const id of ["a", "b"]) await rig.enter(id);
    await rig.store().close("a");
    await rig.store({ tombstoneMs: 1000 }).close("b");
    expect(await keptMs(rig, connectionKey("a"))).toBe(DAY_MS);
    expect(await keptMs(rig, connectionKey("b"))).toBe(1000);
  });

  it("is half a day longer than core's seven for an entry of a log", async () => {
    const rig = await createRig(kit);
    const { epoch } = await append(rig, rig.log(), "m1");
    const kept = 7 * DAY_MS + (7 * DAY_MS) / 16 + 2 * HOUR_MS + 2 * 15 * MINUTE_MS;
    expect(await keptMs(rig, slotKey("lobby", epoch, 1))).toBe(kept);
  });
});
