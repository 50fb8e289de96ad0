import type { RoomLog } from "@hubbub/core";
import { createSlotRoomLog, type SlotRoomLogOptions } from "@hubbub/core/slots";
import type { TableClientLike } from "./table-client.ts";
import { createTableSlotStore, type TableSlotStoreOptions } from "./table-slot-store.ts";

/** Options of {@link createTableRoomLog}. */
export interface TableRoomLogOptions
  extends TableSlotStoreOptions,
    Omit<SlotRoomLogOptions, keyof TableSlotStoreOptions> {}

/**
 * Creates a room log in a table of Azure Table Storage: an append to a log that is known is one write and no
 * read. The table may be the one of the connections. Create it once, with the client's `createTable()`.
 *
 * @param client A `TableClient` of `@azure/data-tables`.
 * @param options Clock, randomness, ids, retention, time-out.
 * @returns A log whose methods reject with `UnavailableError` when Table Storage does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createTableRoomLog(client: TableClientLike, options: TableRoomLogOptions): RoomLog {
  const { random = Math.random } = options ?? {};
  return createSlotRoomLog(createTableSlotStore(client, options), { ...options, random });
}
