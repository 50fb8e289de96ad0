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
}

/** Creates the requests to one table. */
export function createTableRequests(client: TableClientLike, options: TableOptions): TableRequests {
  const send = createTableSender(client, options);

  async function write(
    action: string,
    call: (options: TableCallOptions) => Promise<{ etag?: string }>,
  ): Promise<TableWritten> {
    const answer = await send({ action, kind: "write", send: call });
    if (typeof answer === "string") return { done: false, failure: answer };
    return { done: true, etag: answer.etag ?? "" };
  }

  return {
    async get({ partitionKey, rowKey }) {
      const answer = await send({
        action: "getEntity",
        kind: "read",
        send: (call) => client.getEntity(partitionKey, rowKey, call),
      });
      return typeof answer === "string"
        ? undefined
        : ({ ...answer, partitionKey, rowKey } as TableRow);
    },
    insert: (entity) => write("createEntity", (call) => client.createEntity(entity, call)),
    replace: (entity, etag) =>
      write("updateEntity", (call) => client.updateEntity(entity, "Replace", { ...call, etag })),
    merge: (entity, etag = "*") =>
      write("updateEntity", (call) => client.updateEntity(entity, "Merge", { ...call, etag })),
    put: (entity) => write("upsertEntity", (call) => client.upsertEntity(entity, "Replace", call)),
    remove: ({ partitionKey, rowKey }, etag = "*") =>
      write("deleteEntity", (call) => client.deleteEntity(partitionKey, rowKey, { ...call, etag })),
    transact: (actions) =>
      write("submitTransaction", (call) => client.submitTransaction(actions, call)),
    async list({ filter, select, limit, next }) {
      const answer = await send({
        action: "listEntities",
        kind: "list",
        async send(call) {
          const queryOptions = { filter, select: [...select, "PartitionKey", "RowKey"] };
          const settings = { maxPageSize: limit, ...(next && { continuationToken: next }) };
          return client
            .listEntities({ ...call, queryOptions })
            .byPage(settings)
            .next();
        },
      });
      const page = typeof answer === "string" ? undefined : answer.value;
      return { rows: (page ?? []) as unknown as TableRow[], next: page?.continuationToken };
    },
  };
}
