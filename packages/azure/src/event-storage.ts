import { type Chat, type ConnectionStore, InvalidArgumentError, type RoomLog } from "@hubbub/core";
import type { EventHandlerOptions } from "./event-handler-options.ts";
import type { systemPorts } from "./event-ports.ts";
import { checkStorageConnectionString, isHttp } from "./storage-connection-string.ts";
import { createStorageClient } from "./storage-sdk.ts";
import type { TableClientLike } from "./table-client.ts";
import { createTableConnectionStore } from "./table-connection-store.ts";
import { createTableRoomLog } from "./table-room-log.ts";

/** Where connections and messages are kept. */
export interface EventStorage {
  readonly store: ConnectionStore;
  readonly log: RoomLog;
}

/**
 * Creates store and log in a table, as far as they are not given.
 *
 * @throws InvalidArgumentError if nothing says where they are.
 */
export function createEventStorage(
  chat: Pick<Chat, "retention">,
  options: EventHandlerOptions,
  ports: ReturnType<typeof systemPorts>,
): EventStorage {
  const { store, log, meter } = options;
  if (store && log) return { store, log };
  const client = tableOf(options);
  const common = { ...ports, meter };
  return {
    store: store ?? createTableConnectionStore(client, common),
    log: log ?? createTableRoomLog(client, { ...common, retention: chat?.retention }),
  };
}

const TABLE = /^[A-Za-z][A-Za-z0-9]{2,62}$/;

function tableOf(options: EventHandlerOptions): TableClientLike {
  const { tableClient, tableConnectionString, tableEndpoint, tableName, credential } = options;
  if (tableClient) return tableClient;
  const name = tableName ?? "chat";
  if (typeof name !== "string" || !TABLE.test(name)) {
    throw new InvalidArgumentError("tableName must be a letter, then 2 to 62 letters and digits");
  }
  if (tableConnectionString !== undefined) {
    checkStorageConnectionString(tableConnectionString);
    return createStorageClient({ tableName: name, connectionString: tableConnectionString });
  }
  if (tableEndpoint !== undefined && credential) {
    if (!isHttp(tableEndpoint)) {
      const wanted = "https://<account>.table.core.windows.net";
      throw new InvalidArgumentError(`tableEndpoint must be an address such as ${wanted}`);
    }
    return createStorageClient({ tableName: name, endpoint: tableEndpoint, credential });
  }
  throw new InvalidArgumentError(
    "tableConnectionString must be given, or tableEndpoint with credential, or tableClient, or store and log",
  );
}
