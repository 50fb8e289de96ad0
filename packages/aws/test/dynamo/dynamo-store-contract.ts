import type { ConnectionStore } from "@hubbub/core";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { connectionStoreContract, defineWithVitest } from "@hubbub/testing/contracts";
import { createDynamoConnectionStore } from "../../src/dynamo-connection-store.ts";
import type { DynamoKit } from "./dynamo-kit.ts";

/** Calls the contract for stores in tables of the kit, without the cases whose names are left out. */
export function storeContract(
  { client, trace, createTable }: DynamoKit,
  { shards, crowd, leftOut }: { shards?: number; crowd: number; leftOut?: RegExp },
): void {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  const tables = new WeakMap<ConnectionStore, string>();
  const open = (tableName: string) => {
    const store = createDynamoConnectionStore({ client, tableName, clock, random, meter, shards });
    tables.set(store, tableName);
    return store;
  };

  connectionStoreContract(
    {
      createStore: async () => open(await createTable()),
      reopen: (store) => open(tables.get(store) ?? ""),
      now: clock.now,
      advance: clock.advance,
      failNext: trace.failNext,
      crowd,
      counts: meter.counts,
    },
    (name, run, options) => {
      if (!leftOut?.test(name)) defineWithVitest(name, run, options);
    },
  );
}
