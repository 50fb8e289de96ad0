import { createDistrust } from "@hubbub/core/adapter";
import type {
  TableAction,
  TableCallOptions,
  TableClientLike,
  TableEntityLike,
  TableOptions,
} from "./table-client.ts";
import type { TableKey } from "./table-keys.ts";
import { createTableSender, type TableRefusal } from "./table-sender.ts";

/** A row as it was read. */
export type TableRow = Readonly<Record<string, unknown>> & TableKey & { readonly etag: string };

/** What became of a write. Of one that was not done it may be the doing of this very write, repeated. */
export type TableWritten =
  | { readonly done: true; readonly etag: string }
  | { readonly done: false; readonly failure: TableRefusal };

/** A part of a partition. */
export interface TablePage {
  readonly rows: readonly TableRow[];
  /** Where the listing goes on; absent at its end. */
  readonly next?: string | undefined;
}

/** Which part. */
interface TableQuery {
  /** In one partition: a listing of the table reads, and bills, all of it. */
  filter: string;
  select: readonly string[];
  /** At most 1,000. */
  limit: number;
  /** Where the page before ended. */
  next?: string | undefined;
}

/** The requests that store and log are made of. */
export interface TableRequests {
  get(key: TableKey): Promise<TableRow | undefined>;
  insert(entity: TableEntityLike): Promise<TableWritten>;
  /** Replaces a row that is still the one with this tag. */
  replace(entity: TableEntityLike, etag: string): Promise<TableWritten>;
  /** Changes some properties of a row, if it is there. */
  merge(entity: TableEntityLike, etag?: string): Promise<TableWritten>;
  /** Inserts or replaces. */
  put(entity: TableEntityLike): Promise<TableWritten>;
  /** Deletes a row, if it is still the one with this tag. (Default: any) */
  remove(key: TableKey, etag?: string): Promise<TableWritten>;
  /** All or nothing, within one partition, at most 100 steps. */
  transact(actions: TableAction[]): Promise<TableWritten>;
  list(query: TableQuery): Promise<TablePage>;
  /** Is told of rows that are not what they should be. */
  distrust(what: string, key: TableKey): void;
}

/** Creates the requests to one table. */
export function createTableRequests(client: TableClientLike, options: TableOptions): TableRequests {
  const send = createTableSender(client, options);
  const distrust = createDistrust(options.logger);

  async function write(
    action: string,
    answers: readonly TableRefusal[],
    call: (options: TableCallOptions) => Promise<{ etag?: string }>,
  ): Promise<TableWritten> {
    const answer = await send({ action, kind: "write", answers, send: call });
    if (typeof answer === "string") return { done: false, failure: answer };
    return { done: true, etag: answer.etag ?? "" };
  }

  const update = (entity: TableEntityLike, mode: "Merge" | "Replace", etag: string) =>
    write("updateEntity", VOID, (call) => client.updateEntity(entity, mode, { ...call, etag }));

  return {
    // Row keys hold ids of connections: only the partition is named. No key of ours has a space.
    distrust: (what, { partitionKey, rowKey }) =>
      distrust(what, `${partitionKey} ${rowKey}`, { partitionKey }),
    async get({ partitionKey, rowKey }) {
      const answer = await send({
        ...{ action: "getEntity", kind: "read", answers: ["missing"] },
        send: (call) => client.getEntity(partitionKey, rowKey, call),
      });
      return typeof answer === "string"
        ? undefined
        : ({ ...answer, partitionKey, rowKey } as TableRow);
    },
    insert: (entity) =>
      write("createEntity", ["exists"], (call) => client.createEntity(entity, call)),
    replace: (entity, etag) => update(entity, "Replace", etag),
    merge: (entity, etag = "*") => update(entity, "Merge", etag),
    put: (entity) =>
      write("upsertEntity", [], (call) => client.upsertEntity(entity, "Replace", call)),
    remove: ({ partitionKey, rowKey }, etag = "*") =>
      write("deleteEntity", VOID, (call) =>
        client.deleteEntity(partitionKey, rowKey, { ...call, etag }),
      ),
    transact: (actions) =>
      write("submitTransaction", ["exists", ...VOID], (call) =>
        client.submitTransaction(actions, call),
      ),
    async list({ filter, select, limit, next }) {
      const { value: page } = await send({
        ...{ action: "listEntities", kind: "list", answers: [] },
        async send(call) {
          const queryOptions = { filter, select: [...select, "PartitionKey", "RowKey"] };
          const settings = { maxPageSize: limit, ...(next && { continuationToken: next }) };
          return client
            .listEntities({ ...call, queryOptions })
            .byPage(settings)
            .next();
        },
      });
      return { rows: (page ?? []) as unknown as TableRow[], next: page?.continuationToken };
    },
  };
}

/** What makes a conditional write void. */
const VOID: readonly TableRefusal[] = ["changed", "missing"];
