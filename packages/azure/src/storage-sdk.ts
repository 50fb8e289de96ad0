import type { TableClientLike } from "./table-client.ts";
import type { TokenCredentialLike } from "./web-pubsub-sdk.ts";

/** Where a table is, and who asks. */
export type StorageOptions = { readonly tableName: string } & (
  | { readonly connectionString: string }
  | { readonly endpoint: string; readonly credential: TokenCredentialLike }
);

/**
 * Creates a client of a table that loads the official SDK with its first request.
 *
 * @param options Which table, and who asks.
 */
export function createStorageClient(options: StorageOptions): TableClientLike {
  let loading: Promise<TableClientLike> | undefined;
  const client = () => {
    loading ??= load(options);
    return loading;
  };
  return {
    tableName: options.tableName,
    createEntity: async (...call) => (await client()).createEntity(...call),
    getEntity: async (...call) => (await client()).getEntity(...call),
    updateEntity: async (...call) => (await client()).updateEntity(...call),
    upsertEntity: async (...call) => (await client()).upsertEntity(...call),
    deleteEntity: async (...call) => (await client()).deleteEntity(...call),
    submitTransaction: async (...call) => (await client()).submitTransaction(...call),
    listEntities: (query) => ({
      byPage(settings) {
        let pages: Promise<ReturnType<ReturnType<TableClientLike["listEntities"]>["byPage"]>>;
        return {
          async next() {
            pages ??= client().then((loaded) => loaded.listEntities(query).byPage(settings));
            return (await pages).next();
          },
        };
      },
    }),
  };
}

async function load(options: StorageOptions): Promise<TableClientLike> {
  const { TableClient } = await import("@azure/data-tables");
  const { tableName } = options;
  if ("connectionString" in options) {
    const { connectionString } = options;
    const allowInsecureConnection = /http:|UseDevelopmentStorage=true/i.test(connectionString);
    return TableClient.fromConnectionString(connectionString, tableName, {
      allowInsecureConnection, // A server on this machine.
    });
  }
  return new TableClient(options.endpoint, tableName, options.credential);
}
