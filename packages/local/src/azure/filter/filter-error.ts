/** Thrown for a filter that cannot be read, or compares what cannot be compared. */
export class FilterError extends Error {
  readonly code = "invalid_filter";
}
