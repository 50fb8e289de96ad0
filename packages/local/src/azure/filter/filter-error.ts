/** Thrown for a filter that cannot be read, or compares what cannot be compared. */
export class FilterError extends Error {
  readonly code = "invalid_filter";
}

/** Creates the error for what cannot be read, in the words that the service has for it. */
export function syntaxError(position: number, filter: string): FilterError {
  return new FilterError(`Syntax error at position ${position} in '${filter}'`);
}
