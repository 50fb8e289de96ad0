import { messageBytes, readMessageAttributes } from "./message-attributes.ts";
import { MAX_MESSAGE_BYTES } from "./queue-attributes.ts";
import { SqsError } from "./sqs-error.ts";
import { isSqsInput, type SqsInput } from "./sqs-input.ts";

/** An entry of a batch request. */
export interface BatchEntry {
  id: string;
  input: SqsInput;
}

const MAX_ENTRIES = 10;

/**
 * Reads the entries of a batch request.
 *
 * @throws SqsError for no entries, more than ten, or ids that are wrong or not distinct.
 */
export function readEntries(input: SqsInput): BatchEntry[] {
  const entries = (Array.isArray(input.Entries) ? input.Entries : []).filter(isSqsInput);
  if (entries.length === 0) {
    throw new SqsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > MAX_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError("TooManyEntriesInBatchRequest", message);
  }
  const ids = entries.map(({ Id }) => String(Id ?? ""));
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    const message =
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores.";
    throw new SqsError("InvalidBatchEntryId", message);
  }
  if (new Set(ids).size < ids.length) {
    throw new SqsError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
  }
  return entries.map((entry) => ({ id: String(entry.Id), input: entry }));
}

/**
 * Refuses a batch of messages that are too long together.
 *
 * @throws SqsError `BatchRequestTooLong`.
 */
export function checkBatchBytes(entries: readonly BatchEntry[]): void {
  const bytes = entries.reduce((sum, { input }) => {
    const body = typeof input.MessageBody === "string" ? input.MessageBody : "";
    return sum + messageBytes(body, readMessageAttributes(input));
  }, 0);
  if (bytes <= MAX_MESSAGE_BYTES) return;
  const message = `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`;
  throw new SqsError("BatchRequestTooLong", message);
}

/** Runs every entry; those that fail with an {@link SqsError} are answered as failed. */
export function runBatch(
  entries: readonly BatchEntry[],
  run: (input: SqsInput) => object,
): { Successful: object[]; Failed: object[] } {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { id, input } of entries) {
    try {
      Successful.push({ Id: id, ...run(input) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { queryCode, message } = error;
      Failed.push({ Id: id, Code: queryCode, Message: message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
