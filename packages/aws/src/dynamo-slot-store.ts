import type { Logger, Ports, RetentionOptions } from "@hubbub/core";
import { InvalidArgumentError } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import { checkDynamoOptions, type DynamoOptions } from "./dynamo-client.ts";
import { dynamoRetention, logAges } from "./dynamo-log-ages.ts";
import { type LogStateParts, raiseFloor, readLogState } from "./dynamo-log-state.ts";
import { createDynamoRequests, type DynamoRequests } from "./dynamo-requests.ts";
import { readSlots, slotItem, slotKey, toEntries } from "./dynamo-slots.ts";

/** Options of {@link createDynamoSlotStore}. */
export interface DynamoSlotStoreOptions extends DynamoOptions, Pick<Ports, "random" | "id"> {
  /** What the log keeps; it says when DynamoDB may delete slots. (Default: core's) */
  retention?: RetentionOptions | undefined;
  /** Is told of a wrong set-up. (Default: nobody is) */
  logger?: Logger;
}

/**
 * Creates room slots in the DynamoDB table of {@link chatTable}. Slots that grow old are deleted by
 * DynamoDB, half a day after `maxAgeMs` or later; if that is `Infinity`, by `trim`.
 *
 * @param options Client, table, clock, randomness, ids, retention.
 * @returns Slots that reject with `UnavailableError` when DynamoDB does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createDynamoSlotStore(options: DynamoSlotStoreOptions): SlotStore {
  checkDynamoOptions(options);
  const { clock, random, id } = options;
  if (typeof random !== "function" || typeof id !== "function") {
    throw new InvalidArgumentError("random and id must be functions");
  }
  const ages = logAges(dynamoRetention(options.retention));
  const requests = createDynamoRequests(options);
  const parts: LogStateParts = { requests, clock, id, ages };
  const expires = Number.isFinite(ages.deleteMs);

  return {
    state: (room) => readLogState(parts, room),

    async put(room, epoch, seq, entry) {
      const key = slotKey(room, epoch, seq);
      const by = `${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
      const until = Math.max(entry.ts, clock.now()) + ages.deleteMs;
      const ttl = expires ? { ttl: Math.ceil(until / 1000) } : {};
      const item = { ...key, ...slotItem(entry, seq), by, ...ttl };
      const put = await requests.put(item, { condition: "attribute_not_exists(pk)" });
      if (put.done) return "stored";
      // The write of an answer that was lost is found taken by its own repetition.
      const mine = put.retried && (await requests.get(key))?.by === by;
      return mine ? "stored" : "taken";
    },

    async read(room, epoch, { after, limit }) {
      const items = await readSlots(requests, room, epoch, { after, limit });
      return toEntries(requests, items, clock.now());
    },

    ...(!expires && { trim: (room, epoch, upTo) => trim(requests, room, epoch, upTo) }),
  };
}

const TRIM_PAGE = 256;

/** First says that the slots are gone, then deletes them: a reader never meets a hole. */
async function trim(
  requests: DynamoRequests,
  room: string,
  epoch: string,
  upTo: number,
): Promise<void> {
  await raiseFloor(requests, room, epoch, upTo);
  for (;;) {
    const items = await readSlots(requests, room, epoch, { after: 0, limit: TRIM_PAGE, upTo });
    await requests.deleteAll(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    if (items.length < TRIM_PAGE) return;
  }
}
