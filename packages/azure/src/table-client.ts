import { InvalidArgumentError, type Logger, type Meter, type Ports } from "@hubbub/core";
import { checkTimeout } from "./check-options.ts";

/** A row as the SDK takes it. All properties of ours are text. */
export interface TableEntityLike {
  partitionKey: string;
  rowKey: string;
  [property: string]: string;
}

/** What a call of the SDK may be given beside its arguments. */
export interface TableCallOptions {
  /** Ends the call, its retries included. */
  abortSignal?: AbortSignal;
}

/** A condition of a write: the row is still the one with this tag (`*`: it is there). */
export interface TableConditionOptions extends TableCallOptions {
  /** The tag that a read or a write of the row has answered. */
  etag?: string;
}

/** One step of a transaction within a partition, as the SDK takes it. */
export type TableAction =
  | ["create", TableEntityLike]
  | ["update", TableEntityLike, "Replace", { etag: string }]
  | ["delete", { partitionKey: string; rowKey: string }];

/** The least of a `TableClient` of `@azure/data-tables` that is needed. */
export interface TableClientLike {
  /** The table's name, for the messages of errors. */
  readonly tableName: string;
  createEntity(entity: TableEntityLike, options?: TableCallOptions): Promise<{ etag?: string }>;
  getEntity(
    partitionKey: string,
    rowKey: string,
    options?: TableCallOptions,
  ): Promise<Record<string, unknown> & { etag: string }>;
  updateEntity(
    entity: TableEntityLike,
    mode: "Merge" | "Replace",
    options?: TableConditionOptions,
  ): Promise<{ etag?: string }>;
  upsertEntity(
    entity: TableEntityLike,
    mode: "Replace",
    options?: TableCallOptions,
  ): Promise<{ etag?: string }>;
  deleteEntity(
    partitionKey: string,
    rowKey: string,
    options?: TableConditionOptions,
  ): Promise<object>;
  submitTransaction(actions: TableAction[], options?: TableCallOptions): Promise<object>;
  listEntities(
    options: TableCallOptions & { queryOptions: { filter: string; select: string[] } },
  ): TablePages;
}

/** A listing that is read page by page. */
export interface TablePages {
  byPage(settings: { maxPageSize: number; continuationToken?: string }): {
    next(): Promise<{ done?: boolean; value?: TablePageLike }>;
  };
}

/** A page as the SDK answers it. */
export interface TablePageLike extends ReadonlyArray<Record<string, unknown>> {
  /** Where the listing goes on; absent at its end. */
  readonly continuationToken?: string | undefined;
}

/** What store and log have in common. */
export interface TableOptions extends Pick<Ports, "clock"> {
  /** A number in [0, 1). (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** How long one request may take, all retries included, in whole milliseconds, at most 2,147,483,647. (Default: 10,000) */
  timeoutMs?: number | undefined;
  /** Counts requests; a transaction within a partition is one. (Default: nobody counts) */
  meter?: Meter | undefined;
  /** Is told of a wrong set-up, and of rows that could not be swept. (Default: nobody is) */
  logger?: Logger | undefined;
}

const METHODS = [
  "createEntity",
  "getEntity",
  "updateEntity",
  "upsertEntity",
  "deleteEntity",
  "submitTransaction",
  "listEntities",
] as const;

/**
 * Refuses a client and options that can't be right.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkTableOptions(client: TableClientLike, options: TableOptions): void {
  const lacking = METHODS.find((method) => typeof client?.[method] !== "function");
  if (lacking) {
    throw new InvalidArgumentError(`client must be a TableClient: it has no ${lacking}()`);
  }
  const { clock, random, timeoutMs } = options ?? {};
  if (typeof clock?.now !== "function" || typeof clock.sleep !== "function") {
    throw new InvalidArgumentError("clock must have now() and sleep()");
  }
  if (random !== undefined && typeof random !== "function") {
    throw new InvalidArgumentError("random must be a function");
  }
  checkTimeout("timeoutMs", timeoutMs);
}
