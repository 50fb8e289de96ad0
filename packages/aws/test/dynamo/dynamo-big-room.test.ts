import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { MemberPage } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig, type DynamoRig, LEASE_MS } from "./dynamo-rig.ts";

const kit = await startDynamo();
const NAME = "n".repeat(1_000); // So that 1,200 rows are more than the 1 MB that one query reads.
const ROWS = 1_200;

/** Puts members into the table as they are when one has joined, without the requests of joining. */
async function fill(rig: DynamoRig): Promise<string[]> {
  await rig.store().open(rig.connection("model", { user: { userId: "ann", name: NAME } }));
  await rig.store().join("model", "lobby");
  const model = rig.trace.sent.findLast(({ name }) => name === "PutItem")?.input.Item;
  const ids = Array.from({ length: ROWS - 1 }, (_, index) => `c${String(index).padStart(5, "0")}`);
  for (let start = 0; start < ids.length; start += 25) {
    const requests = ids.slice(start, start + 25).map((sk) => ({
      PutRequest: { Item: { ...(model as object), sk } },
    }));
    await kit.client.send(new BatchWriteCommand({ RequestItems: { [rig.tableName]: requests } }));
  }
  return [...ids, "model"].sort();
}

describe("a room of more than 1 MB", { timeout: 30_000 }, () => {
  it("is read and counted as a whole, and forgotten as a whole", async () => {
    const rig = await createRig(kit);
    const ids = await fill(rig);
    const store = rig.store();
    const read = async (limit: number) => {
      const pages: MemberPage[] = [];
      do pages.push(await store.members("lobby", { cursor: pages.at(-1)?.cursor, limit }));
      while (pages.at(-1)?.cursor !== undefined);
      return pages;
    };
    for (const limit of [500, 10_000]) {
      const pages = await read(limit);
      const members = pages.flatMap((page) => page.members);
      expect(members.map(({ connectionId }) => connectionId).sort()).toEqual(ids);
      expect(new Set(members.map(({ name }) => name))).toEqual(new Set([NAME]));
      expect(pages).toHaveLength(limit === 500 ? 3 : 2);
    }
    rig.meter.reset();
    expect(await store.count("lobby")).toBe(ROWS);
    expect(rig.meter.counts().list).toBe(2);
    rig.clock.advance(LEASE_MS);
    expect(await store.count("lobby")).toBe(0);
    const pages = await read(1_000);
    expect(pages.flatMap((page) => page.expired).sort()).toEqual(ids);
    expect(pages.flatMap((page) => page.members)).toEqual([]);
  });
});

describe("a log of more than 1 MB", { timeout: 30_000 }, () => {
  it("is read and scanned as a whole", async () => {
    const rig = await createRig(kit);
    const log = rig.log();
    const entry = (mid: string) => ({
      ...{ mid, event: "say", data: "x".repeat(30_000), ts: rig.clock.now(), digest: mid },
    });
    const { epoch } = await log.head("lobby");
    const count = 80;
    for (let index = 1; index <= count; index++) await log.append("lobby", entry(`m${index}`));
    const { entries } = await rig.log().read("lobby", { after: 0, limit: 1_000 });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    const retry = await rig.log().append("lobby", entry(`m${count}`), { epoch, after: 0 });
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: count } });
    expect(await rig.log().append("lobby", entry("new"), { epoch, after: 0 })).toMatchObject({
      status: "appended",
      seq: count + 1,
    });
  });

  it("refuses a message that no row can hold", async () => {
    const rig = await createRig(kit);
    const entry = {
      mid: "m",
      event: "say",
      data: "x".repeat(410_000),
      ts: rig.clock.now(),
      digest: "",
    };
    await expect(rig.log().append("lobby", entry)).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });
});
