import type { LogEntry, StoredEntry } from "@hubbub/core";
import { type DynamoKey, LOG_STATE, logPartition } from "./dynamo-keys.ts";
import type { DynamoItem, DynamoRequests } from "./dynamo-requests.ts";

const DIGITS = 16; // All safe integers.

/** The row of a slot. Epochs begin with a number that grows, so later ones sort behind. */
export function slotKey(room: string, epoch: string, seq: number): DynamoKey {
  return { pk: logPartition(room), sk: `${epoch}#${String(seq).padStart(DIGITS, "0")}` };
}

/** The row that knows a log's epoch, head and oldest entry when its slots are gone. It never expires. */
export function logStateKey(room: string): DynamoKey {
  return { pk: logPartition(room), sk: LOG_STATE };
}

/** The attributes of an entry, as JSON text: it comes back to the byte. */
export function slotItem(entry: LogEntry, seq: number): DynamoItem {
  return { entry: JSON.stringify({ ...entry, seq }) };
}

/** Reads a slot. */
export function toEntry(item: DynamoItem): StoredEntry {
  return JSON.parse(String(item.entry));
}

/** The slots after a seq, ascending; more than one request where they are more than 1 MB. */
export async function readSlots(
  requests: DynamoRequests,
  room: string,
  epoch: string,
  { after, limit, upTo = Number.MAX_SAFE_INTEGER }: { after: number; limit: number; upTo?: number },
): Promise<DynamoItem[]> {
  const items: DynamoItem[] = [];
  const { pk, sk: from } = slotKey(room, epoch, after + 1);
  let ExclusiveStartKey: DynamoItem | undefined;
  do {
    const page = await requests.query({
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": slotKey(room, epoch, upTo).sk },
      ConsistentRead: true,
      Limit: limit - items.length,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    items.push(...page.items);
    ExclusiveStartKey = page.last;
  } while (ExclusiveStartKey && items.length < limit);
  return items;
}
