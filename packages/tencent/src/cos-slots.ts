import type { LogEntry } from "@hubbub/core";
import { isObject, readJson } from "@hubbub/core/adapter";

/** The text of a slot. `by` is like no other: the SDK's repetition of a put recognises its own. */
export function slotText(entry: LogEntry, seq: number, by: string): string {
  return JSON.stringify({ entry: { ...entry, seq }, by });
}

/** What stands in a slot for an entry, whatever it is. */
export function entryIn(text: string): unknown {
  const slot = readJson(text);
  return isObject(slot) ? slot.entry : undefined;
}
