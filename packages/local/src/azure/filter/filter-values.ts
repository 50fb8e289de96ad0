import { FilterError } from "./filter-error.ts";

/** A value in a filter. */
export type FilterValue = string | number | boolean | null | readonly string[];

/** What a filter looks at. */
export interface FilterSubject {
  userId: string | undefined;
  connectionId: string;
  groups: readonly string[];
  protocol: string | undefined;
}

/** A part of a filter, ready to be asked. */
export type FilterExpression = (subject: FilterSubject) => FilterValue;

/** Reads a property of the subject; undefined if there is none of that name. */
export function propertyOf(name: string): FilterExpression | undefined {
  switch (name.toLowerCase()) {
    case "userid":
      return (subject) => subject.userId ?? null;
    case "connectionid":
      return (subject) => subject.connectionId;
    case "groups":
      return (subject) => subject.groups;
    case "protocol":
      return (subject) => subject.protocol ?? null;
    default:
      return undefined;
  }
}

/** @throws FilterError if it is neither true nor false. */
export function toBoolean(value: FilterValue): boolean {
  if (typeof value === "boolean") return value;
  throw new FilterError("a condition must be true or false");
}

/** @throws FilterError if it is no text; null stays null. */
export function toText(value: FilterValue): string | null {
  if (value === null || typeof value === "string") return value;
  throw new FilterError("a text is needed");
}

/** @throws FilterError if it is no number; null stays null. */
export function toNumber(value: FilterValue): number | null {
  if (value === null || typeof value === "number") return value;
  throw new FilterError("a number is needed");
}
