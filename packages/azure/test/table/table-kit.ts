import { AzureNamedKeyCredential, TableClient } from "@azure/data-tables";
import { afterAll, expect } from "vitest";
import type { TableClientLike } from "../../src/table-client.ts";
import { startTableServer, type TableServer } from "./table-server.ts";
import { type TableTrace, traceOf } from "./table-trace.ts";

/** Table Storage for the tests of one file, and clients of it. */
export interface TableKit extends TableServer {
  /** A client of a table that nobody else uses; the table is there. */
  createTable(): Promise<TableClient>;
  /** A client of any table. */
  connect(
    tableName: string,
    options?: { url?: string; key?: string; maxRetries?: number },
  ): TableClient;
  /** A new table, and a client whose calls are traced. */
  createTrace(): Promise<TableTrace>;
}

/** Starts a server for the tests of one file; it ends with them, and they fail if the whole table was listed. */
export async function startTable(): Promise<TableKit> {
  const server = await startTableServer();
  const traces: TableTrace[] = [];
  let tables = 0;

  const connect: TableKit["connect"] = (tableName, options = {}) => {
    const { url = server.url, key = server.key, maxRetries = 3 } = options;
    return new TableClient(url, tableName, new AzureNamedKeyCredential(server.account, key), {
      allowInsecureConnection: true,
      retryOptions: { maxRetries, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
    });
  };
  const createTable: TableKit["createTable"] = async () => {
    const client = connect(`chat${++tables}`);
    await client.createTable();
    return client;
  };

  afterAll(async () => {
    await server.stop();
    for (const { calls } of traces) {
      const lists = calls.filter(({ name }) => name === "listEntities");
      for (const { args } of lists) {
        const [options] = args as Parameters<TableClientLike["listEntities"]>;
        expect(options.queryOptions.filter).toMatch(/^PartitionKey eq '[^']+' and RowKey g[et] '/);
      }
    }
  });

  return {
    ...server,
    connect,
    createTable,
    async createTrace() {
      const trace = traceOf(await createTable());
      traces.push(trace);
      return trace;
    },
  };
}
