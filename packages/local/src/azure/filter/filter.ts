import { createFilterCursor, type FilterCursor } from "./filter-cursor.ts";
import { FilterError } from "./filter-error.ts";
import { callFunction } from "./filter-functions.ts";
import {
  type FilterExpression,
  type FilterSubject,
  type FilterValue,
  propertyOf,
  toBoolean,
  toNumber,
} from "./filter-values.ts";

type Parse = (cursor: FilterCursor) => FilterExpression;
type Operate = (a: FilterValue, b: FilterValue) => boolean;

const ANYBODY: FilterSubject = { userId: "u", connectionId: "c", groups: ["g"], protocol: "p" };

const LITERALS = new Map<string, FilterValue>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/**
 * Reads an OData filter over `userId`, `connectionId`, `groups` and `protocol`.
 *
 * @returns Says whether a connection is meant. Never throws.
 * @throws FilterError if it cannot be read, or compares what cannot be compared.
 */
export function parseFilter(filter: string): (subject: FilterSubject) => boolean {
  const cursor = createFilterCursor(filter);
  const condition = parseOr(cursor);
  cursor.expectEnd();
  const test = (subject: FilterSubject) => toBoolean(condition(subject));
  test(ANYBODY); // Both sides of `and` and `or` are always asked, so this finds every wrong type.
  return test;
}

/** Parses parts that operators join, from left to right. */
function joined(operators: Readonly<Record<string, Operate>>, next: Parse): Parse {
  const table = new Map(Object.entries(operators));
  return (cursor) => {
    let left = next(cursor);
    for (;;) {
      const operate = table.get(cursor.takeWord((word) => table.has(word)) ?? "");
      if (!operate) return left;
      const [a, b] = [left, next(cursor)];
      left = (subject) => operate(a(subject), b(subject));
    }
  };
}

const parseOrder = joined(
  {
    gt: byNumber((a, b) => a > b),
    ge: byNumber((a, b) => a >= b),
    lt: byNumber((a, b) => a < b),
    le: byNumber((a, b) => a <= b),
  },
  parseIn,
);
const parseEquality = joined({ eq: (a, b) => a === b, ne: (a, b) => a !== b }, parseOrder);
const parseAnd = joined({ and: byBoolean((a, b) => a && b) }, parseEquality);
const parseOr = joined({ or: byBoolean((a, b) => a || b) }, parseAnd);

/** Null is neither more nor less than anything. */
function byNumber(compare: (a: number, b: number) => boolean): Operate {
  return (first, second) => {
    const [a, b] = [toNumber(first), toNumber(second)];
    return a !== null && b !== null && compare(a, b);
  };
}

function byBoolean(combine: (a: boolean, b: boolean) => boolean): Operate {
  return (first, second) => combine(toBoolean(first), toBoolean(second));
}

function parseIn(cursor: FilterCursor): FilterExpression {
  const left = parseUnary(cursor);
  if (!takeExactly(cursor, "in")) return left;
  const items = cursor.takeSign("(") ? parseArguments(cursor) : [parsePrimary(cursor)];
  return (subject) => {
    const value = left(subject);
    return items.flatMap((item) => item(subject)).some((item) => item === value);
  };
}

function parseUnary(cursor: FilterCursor): FilterExpression {
  if (!takeExactly(cursor, "not")) return parsePrimary(cursor);
  const operand = cursor.nested(() => parseUnary(cursor));
  return (subject) => !toBoolean(operand(subject));
}

function parsePrimary(cursor: FilterCursor): FilterExpression {
  const token = cursor.take();
  if (token?.type === "sign" && token.text === "(") {
    const inner = cursor.nested(() => parseOr(cursor));
    cursor.expectSign(")");
    return inner;
  }
  if (!token || token.type === "sign") throw new FilterError("the filter lacks a value");
  return token.type === "word" ? parseName(cursor, token.text) : () => token.value;
}

function parseName(cursor: FilterCursor, name: string): FilterExpression {
  if (cursor.takeSign("(")) return callFunction(name, parseArguments(cursor));
  const literal = LITERALS.get(name);
  if (literal !== undefined) return () => literal;
  const property = propertyOf(name);
  if (property) return property;
  // Thrown when it is asked: what is wrong with the syntax comes first.
  return () => {
    throw new FilterError(`Token '${name}' is not supported`);
  };
}

/** What stands in parentheses after a name or `in`. */
function parseArguments(cursor: FilterCursor): FilterExpression[] {
  const args: FilterExpression[] = [];
  do args.push(cursor.nested(() => parseOr(cursor)));
  while (cursor.takeSign(","));
  cursor.expectSign(")");
  return args;
}

function takeExactly(cursor: FilterCursor, word: string): boolean {
  return cursor.takeWord((found) => found === word) !== undefined;
}
