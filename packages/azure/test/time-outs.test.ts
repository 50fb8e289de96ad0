import { describe, expect, it } from "vitest";
import {
  createTableConnectionStore,
  createWebPubSubConnectionStore,
  createWebPubSubPusher,
} from "../src/index.ts";

/** Never answers, and takes no notice of a signal. */
const hang = () => new Promise<never>(() => undefined);

const group = () => ({
  ...{ addConnection: hang, removeConnection: hang, sendToAll: hang, listConnections: hang },
});
const client = { group, sendToConnection: hang, closeConnection: hang };
const table = {
  ...{ tableName: "chat", getEntity: hang, createEntity: hang, updateEntity: hang },
  ...{ upsertEntity: hang, deleteEntity: hang, submitTransaction: hang },
  listEntities: () => ({ byPage: () => ({ next: hang }) }),
};
const clock = { now: () => 0, sleep: async () => undefined };
const unavailable = { code: "unavailable" };

describe("an SDK that waits for what takes no notice of the time-out", () => {
  it("holds up no push", async () => {
    const { send, close, groups } = createWebPubSubPusher(client, { timeoutMs: 1 });
    expect(await send("a", "hi")).toBe("throttled");
    await expect(close("a", 1000, "")).rejects.toMatchObject(unavailable);
    await expect(groups.join("g", "a")).rejects.toMatchObject(unavailable);
    await expect(groups.leave("g", "a")).rejects.toMatchObject(unavailable);
    await expect(groups.broadcast("g", "hi")).rejects.toMatchObject(unavailable);
  });

  it("holds up no request to a table", async () => {
    const store = createTableConnectionStore(table, { clock, timeoutMs: 1 });
    await expect(store.get("a")).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining("no answer in time"),
    });
  });

  it("holds up no list of a group", async () => {
    const service = { group, removeConnectionFromAllGroups: hang };
    const store = createWebPubSubConnectionStore(service, table, { clock, serviceTimeoutMs: 1 });
    await expect(store.count("lobby")).rejects.toMatchObject(unavailable);
  });
});
