/**
 * Finds which messages of a batch a handler reported as failed.
 *
 * @param result What the handler answered.
 * @param ids The batch's message ids.
 * @returns The failed ones; all of them if the answer names one that is not in the batch, or none at
 * all, as AWS does.
 */
export function readBatchItemFailures(
  result: unknown,
  ids: readonly string[],
): ReadonlySet<string> {
  const failures = propertyOf(result, "batchItemFailures");
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return new Set(ids);
  const failed = failures.map((failure) => propertyOf(failure, "itemIdentifier"));
  const known = failed.filter((id) => typeof id === "string" && ids.includes(id));
  return new Set(known.length === failed.length ? known.map(String) : ids);
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
