/**
 * For adapters: what they have in common beside the seams. Rows that are read back with distrust, answers
 * that are pushed, problems as lines of JSON, options that are checked.
 *
 * @module
 */
export { checkKnown, checkRange } from "./check-options.ts";
export { createDistrust, type Distrust } from "./distrust.ts";
export { createJsonLogger, type LineOutput } from "./json-logger.ts";
export { type RetryParts, sendWithRetries } from "./send-with-retries.ts";
export { type FoundSlot, toStoredEntries } from "./stored-entries.ts";
export {
  isConnection,
  isLogEntry,
  isMaybe,
  isObject,
  isProtocol,
  isText,
  isTime,
  isUser,
  isWhole,
  readJson,
} from "./stored-shapes.ts";
