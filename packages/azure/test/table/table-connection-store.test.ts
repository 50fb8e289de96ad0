import type { ConnectionStore } from "@hubbub/core";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { connectionStoreContract } from "@hubbub/testing/contracts";
import { describe } from "vitest";
import { createTableConnectionStore } from "../../src/table-connection-store.ts";
import { startTable } from "./table-kit.ts";
import type { TableTrace } from "./table-trace.ts";

const kit = await startTable();

describe("createTableConnectionStore", () => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let trace: TableTrace;
  const traces = new WeakMap<ConnectionStore, TableTrace>();
  const open = (on: TableTrace) => {
    const store = createTableConnectionStore(on.client, { clock, random, meter });
    traces.set(store, on);
    return store;
  };

  connectionStoreContract({
    async createStore() {
      trace = await kit.createTrace();
      return open(trace);
    },
    reopen: (store) => open(traces.get(store) ?? trace),
    now: clock.now,
    advance: clock.advance,
    failNext: (when) => trace.failNext(when),
    crowd: 60, // More than 1,000 members: table-big-room.test.ts
    counts: meter.counts,
  });
});
