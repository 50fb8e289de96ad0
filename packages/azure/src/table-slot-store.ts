import { InvalidArgumentError, type Ports, UnavailableError } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import { checkTableOptions, type TableClientLike, type TableOptions } from "./table-client.ts";
import { raiseFloor, readLogState } from "./table-log-state.ts";
import { createTableRequests, type TableRequests } from "./table-requests.ts";
import { listOldSlots, readSlots, slotEntity, slotKey } from "./table-slots.ts";
import { createWriterNames } from "./table-writers.ts";

/** Options of {@link createTableSlotStore}. */
export interface TableSlotStoreOptions extends TableOptions, Pick<Ports, "id"> {}

/**
 * Creates room slots in a table of Azure Table Storage.
 *
 * @param client A `TableClient` of `@azure/data-tables`; its table must be there.
 * @param options Clock, ids, time-out.
 * @returns Slots that reject with `UnavailableError` when Table Storage does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createTableSlotStore(
  client: TableClientLike,
  options: TableSlotStoreOptions,
): SlotStore {
  checkTableOptions(client, options);
  const { clock, id, random } = options;
  if (typeof id !== "function") throw new InvalidArgumentError("id must be a function");
  const requests = createTableRequests(client, options);
  const nextWriter = createWriterNames(random);

  return {
    state: (room) => readLogState({ requests, clock, id }, room),

    async put(room, epoch, seq, entry) {
      const key = slotKey(room, epoch, seq);
      const by = nextWriter();
      const written = await requests.insert(slotEntity(key, entry, by));
      if (written.done) return "stored";
      // The SDK repeats a write whose answer was lost, and then finds its own first try.
      return (await requests.get(key))?.by === by ? "stored" : "taken";
    },

    read: (room, epoch, range) => readSlots({ requests, clock }, room, epoch, range),

    async trim(room, epoch, upTo) {
      // First says that the slots are gone, then deletes them: a reader never meets a hole.
      if (await raiseFloor(requests, room, epoch, upTo)) {
        await deleteSlots(requests, room, epoch, upTo);
      }
    },
  };
}

const BATCH = 100; // Steps of a transaction.
const MAX_LOST = 8; // Batches in which somebody else had deleted a row.

async function deleteSlots(
  requests: TableRequests,
  room: string,
  epoch: string,
  upTo: number,
): Promise<void> {
  for (let lost = 0; lost < MAX_LOST; ) {
    const keys = await listOldSlots(requests, room, epoch, upTo, BATCH);
    if (keys.length === 0) return;
    const { done } = await requests.transact(
      keys.map(({ partitionKey, rowKey }) => ["delete", { partitionKey, rowKey }]),
    );
    if (!done) lost++;
  }
  throw new UnavailableError("others trim the log; what is left is trimmed with the next lot");
}
