import type { Connection, ConnectionStore, LogEntry, RoomLog } from "@hubbub/core";
import {
  type ContractClock,
  type CountingMeter,
  createContractClock,
  createCountingMeter,
  createSeededRandom,
} from "@hubbub/testing";
import type { TableClientLike, TablePageLike } from "../../src/table-client.ts";
import {
  createTableConnectionStore,
  type TableConnectionStoreOptions,
} from "../../src/table-connection-store.ts";
import { createTableRoomLog, type TableRoomLogOptions } from "../../src/table-room-log.ts";
import type { TableKit } from "./table-kit.ts";
import type { TableTrace } from "./table-trace.ts";

export const LEASE_MS = 60_000;
export const DAY_MS: number = 24 * 60 * 60 * 1000;

/** A table of its own, with what a store and a log need beside it. */
export interface TableRig {
  readonly trace: TableTrace;
  readonly clock: ContractClock;
  readonly meter: CountingMeter;
  /** What was warned of. */
  readonly warnings: string[];
  store(options?: Partial<TableConnectionStoreOptions>, client?: TableClientLike): ConnectionStore;
  log(options?: Partial<TableRoomLogOptions>, client?: TableClientLike): RoomLog;
  connection(connectionId: string, extra?: Partial<Connection>): Connection;
  /** Opens a connection and joins it to rooms. */
  enter(connectionId: string, ...rooms: string[]): Promise<void>;
  entry(mid: string, extra?: Partial<LogEntry>): LogEntry;
  /** The keys of all rows of the table, each as partition and row. */
  rows(): Promise<string[]>;
}

/** Creates a table and all that a test of it needs. Nothing is swept unless `random` says so. */
export async function createRig(kit: TableKit): Promise<TableRig> {
  const trace = await kit.createTrace();
  const clock = createContractClock();
  const meter = createCountingMeter();
  const seeded = createSeededRandom(1);
  const random = () => 0.1 + 0.9 * seeded(); // Above the chance of a sweep.
  const warnings: string[] = [];
  const logger = { error: () => {}, warn: (message: string) => void warnings.push(message) };
  let ids = 0;
  const id = () => `id-${++ids}`;
  const common = { clock, random, meter, logger };
  const rig: TableRig = {
    ...{ trace, clock, meter, warnings },
    store: (options, client = trace.client) =>
      createTableConnectionStore(client, { ...common, ...options }),
    log: (options, client = trace.client) =>
      createTableRoomLog(client, { ...common, id, ...options }),
    connection: (connectionId, extra) => ({
      connectionId,
      user: { userId: `user-of-${connectionId}`, name: "Ann" },
      protocol: "hubbub.v1",
      rooms: [],
      connectedAt: clock.now(),
      expiresAt: clock.now() + LEASE_MS,
      ...extra,
    }),
    async enter(connectionId, ...rooms) {
      const store = rig.store();
      await store.open(rig.connection(connectionId));
      for (const room of rooms) await store.join(connectionId, room);
    },
    entry: (mid, extra) => ({
      ...{ mid, event: "say", data: mid, ts: clock.now(), digest: mid },
      from: { id: "ann", name: "Ann" },
      ...extra,
    }),
    async rows() {
      const queryOptions = { filter: "PartitionKey ne ''", select: ["PartitionKey", "RowKey"] };
      const pages = kit.connect(trace.client.tableName).listEntities({ queryOptions }).byPage();
      const keys: string[] = [];
      for await (const page of pages as AsyncIterable<TablePageLike>) {
        for (const { partitionKey, rowKey } of page) keys.push(`${partitionKey} ${rowKey}`);
      }
      return keys.sort();
    },
  };
  return rig;
}

/** What a call asks the table for: the SDK's methods, and requests by the meter. */
export async function cost(
  rig: TableRig,
  call: () => Promise<unknown>,
): Promise<{ calls: string[]; read: number; write: number; list: number }> {
  rig.meter.reset();
  const from = rig.trace.calls.length;
  await call();
  const { read, write, list } = rig.meter.counts();
  return { calls: rig.trace.calls.slice(from).map(({ name }) => name), read, write, list };
}
