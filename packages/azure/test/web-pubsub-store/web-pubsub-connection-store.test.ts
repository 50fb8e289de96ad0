import type { ConnectionStore } from "@hubbub/core";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { connectionStoreContract } from "@hubbub/testing/contracts";
import { describe } from "vitest";
import { createWebPubSubConnectionStore } from "../../src/index.ts";
import { startTable } from "../table/table-kit.ts";
import type { TableTrace } from "../table/table-trace.ts";
import { createFakeService, type FakeService } from "./fake-service.ts";

const kit = await startTable();

/** What stores that share everything share. */
interface Backend {
  readonly trace: TableTrace;
  readonly service: FakeService;
}

describe.each(["table", "service"] as const)("a store on groups, whose %s fails", (failing) => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let newest: Backend;
  const backends = new WeakMap<ConnectionStore, Backend>();
  const open = (on: Backend) => {
    const { trace, service } = on;
    const store = createWebPubSubConnectionStore(service, trace.client, { clock, random, meter });
    backends.set(store, on);
    return store;
  };

  connectionStoreContract({
    async createStore() {
      newest = { trace: await kit.createTrace(), service: createFakeService() };
      return open(newest);
    },
    reopen: (store) => open(backends.get(store) ?? newest),
    now: clock.now,
    advance: clock.advance,
    failNext: (when) => newest[failing === "table" ? "trace" : "service"].failNext(when),
    // The service gives ids out by itself; such a one in a path would mean something else.
    isConnectionId: (id) => !/^\.{0,2}$|^\s+$|\p{Surrogate}/u.test(id),
    crowd: 60, // More than a page of 200 in groups.test.ts, with sockets.
  });
});
