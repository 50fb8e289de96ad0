import type { ConnectionStore } from "@hubbub/core";
import { connectionStoreContract } from "@hubbub/testing/contracts";
import { beforeAll, describe } from "vitest";
import { startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();

describe("createCosConnectionStore", () => {
  const prefixes = new WeakMap<ConnectionStore, string>();
  const open = (prefix: string) => {
    const store = kit.store({ prefix });
    prefixes.set(store, prefix);
    return store;
  };
  // The proof that the bucket keeps no versions is made once, and belongs to no operation.
  beforeAll(async () => void (await kit.store().close("nobody")));

  connectionStoreContract({
    createStore: () => open(kit.prefix()),
    reopen: (store) => open(prefixes.get(store) ?? ""),
    now: kit.clock.now,
    advance: kit.clock.advance,
    failNext: kit.failNext,
    counts: kit.meter.counts,
    openWrites: 2, // The index by user is a key of its own.
  });
});
