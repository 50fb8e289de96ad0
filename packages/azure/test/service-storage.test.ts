import { describe, expect, it } from "vitest";
import { createChat } from "./event-kit.ts";
import { enter, startService } from "./service-kit.ts";
import { startTable } from "./table/table-kit.ts";

const table = await startTable();

describe("a chat over Table Storage", { timeout: 30_000 }, () => {
  it("needs a connection string and nothing else", async () => {
    const { tableName } = await table.createTable();
    const { url, account, key } = table;
    const tableConnectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=${url};`;
    const kit = await startService(createChat(), {
      handler: { tableConnectionString, tableName, store: undefined, log: undefined },
    });
    const [ann, bob] = [await enter(kit.open()), await enter(kit.open())];
    await ann.say("kept");
    await expect.poll(() => bob.heard).toEqual(["kept"]);
    kit.meter.reset();
    await ann.say("kept, too");
    // One insert and one group send: who speaks is known from the state.
    expect(kit.meter.counts()).toMatchObject({ read: 0, write: 1, list: 0, push: 0, broadcast: 1 });
    const other = kit.instance({ tableConnectionString, tableName });
    expect((await other.hub.history("lobby")).messages).toMatchObject([
      { data: { text: "kept" } },
      { data: { text: "kept, too" } },
    ]);
    expect(await other.hub.online("lobby")).toBe(2);
    expect(kit.problems).toEqual([]);
  });
});
