import type { TableClientLike, TablePageLike } from "../../src/table-client.ts";

/** One call as it was made. */
interface TableCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What a client is asked, and the faults that it meets. */
export interface TableTrace {
  readonly client: TableClientLike;
  readonly calls: TableCall[];
  /** The next write fails as when the network does, before or after its effect, whatever the SDK retries. */
  failNext(when: "before" | "after"): void;
  /** The next listing of slots misses its entry with the lowest or the highest seq. */
  hideNext(which: "first" | "last"): void;
  /** Something happens before the next call of this method, or instead of it if it rejects. */
  before(name: keyof TableClientLike, run: () => Promise<unknown>): void;
}

const WRITES = /^(create|update|upsert|delete)Entity$|^submitTransaction$/;

/** Follows what a client is asked; the least that is needed of it is all that it has. */
export function traceOf(inner: TableClientLike): TableTrace {
  const calls: TableCall[] = [];
  let failing: "before" | "after" | undefined;
  let hiding: "first" | "last" | undefined;
  let pause: { name: string; run: () => Promise<unknown> } | undefined;
  const networkError = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

  async function around<T>(name: string, args: readonly unknown[], call: () => Promise<T>) {
    calls.push({ name, args });
    if (pause?.name === name) {
      const { run } = pause;
      pause = undefined;
      await run();
    }
    const when = WRITES.test(name) ? failing : undefined;
    if (when) failing = undefined;
    if (when === "before") throw networkError();
    const result = await call();
    if (when === "after") throw networkError();
    return result;
  }

  function hide(filter: string, page: TablePageLike | undefined): TablePageLike | undefined {
    if (!hiding || !page?.length || !filter.includes("RowKey ge 's.")) return page;
    // The newest comes first.
    const rows = hiding === "first" ? page.slice(0, -1) : page.slice(1);
    hiding = undefined;
    return Object.assign(rows, { continuationToken: page.continuationToken });
  }

  const client: TableClientLike = {
    tableName: inner.tableName,
    createEntity: (...args) => around("createEntity", args, () => inner.createEntity(...args)),
    getEntity: (...args) => around("getEntity", args, () => inner.getEntity(...args)),
    updateEntity: (...args) => around("updateEntity", args, () => inner.updateEntity(...args)),
    upsertEntity: (...args) => around("upsertEntity", args, () => inner.upsertEntity(...args)),
    deleteEntity: (...args) => around("deleteEntity", args, () => inner.deleteEntity(...args)),
    submitTransaction: (...args) =>
      around("submitTransaction", args, () => inner.submitTransaction(...args)),
    listEntities: (options) => ({
      byPage: (settings) => {
        const pages = inner.listEntities(options).byPage(settings);
        return {
          next: () =>
            around("listEntities", [options, settings], async () => {
              const { done, value } = await pages.next();
              const page = hide(options.queryOptions.filter, value);
              return { ...(done !== undefined && { done }), ...(page && { value: page }) };
            }),
        };
      },
    }),
  };

  return {
    client,
    calls,
    failNext(when) {
      failing = when;
    },
    hideNext(which) {
      hiding = which;
    },
    before(name, run) {
      pause = { name, run };
    },
  };
}
