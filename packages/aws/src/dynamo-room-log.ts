import type { RoomLog } from "@hubbub/core";
import { createSlotRoomLog, type SlotRoomLogOptions } from "@hubbub/core/slots";
import { dynamoRetention } from "./dynamo-log-ages.ts";
import { createDynamoSlotStore, type DynamoSlotStoreOptions } from "./dynamo-slot-store.ts";

/** Options of {@link createDynamoRoomLog}. */
export interface DynamoRoomLogOptions
  extends DynamoSlotStoreOptions,
    Omit<SlotRoomLogOptions, keyof DynamoSlotStoreOptions> {}

/**
 * Creates a room log in the DynamoDB table of {@link chatTable}: an append to a log that is known is one
 * write and no read.
 *
 * @param options Client, table, clock, randomness, ids, retention.
 * @returns A log whose methods reject with `UnavailableError` when DynamoDB does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createDynamoRoomLog(options: DynamoRoomLogOptions): RoomLog {
  const slots = createDynamoSlotStore(options);
  return createSlotRoomLog(slots, { ...options, retention: dynamoRetention(options.retention) });
}
