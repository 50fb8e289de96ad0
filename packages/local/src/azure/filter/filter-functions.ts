import { FilterError } from "./filter-error.ts";
import { type FilterExpression, type FilterValue, toNumber, toText } from "./filter-values.ts";

type Call = (...values: FilterValue[]) => FilterValue;

interface FilterFunction {
  /** The least and the most arguments. */
  arity: readonly [number, number];
  call: Call;
}

/** Of two texts; `otherwise` if one of them is null. */
function ofTwo(otherwise: FilterValue, call: (a: string, b: string) => FilterValue) {
  const ofValues: Call = (first = null, second = null) => {
    const [a, b] = [toText(first), toText(second)];
    return a === null || b === null ? otherwise : call(a, b);
  };
  return { arity: [2, 2], call: ofValues } as const;
}

/** Of one text; null of null. */
function ofOne(call: (text: string) => FilterValue) {
  const ofValue: Call = (value = null) => {
    const text = toText(value);
    return text === null ? null : call(text);
  };
  return { arity: [1, 1], call: ofValue } as const;
}

const length: Call = (value = null) => {
  if (Array.isArray(value)) return value.length;
  return toText(value)?.length ?? null;
};

const substring: Call = (value = null, start = null, count = null) => {
  const [text, from, most] = [toText(value), toNumber(start), toNumber(count)];
  // A position may come from `indexof`, which answers -1: then there is no part.
  if (text === null || from === null || from < 0 || (most ?? 0) < 0) return null;
  return text.slice(from, most === null ? undefined : from + most);
};

const FUNCTIONS = new Map<string, FilterFunction>(
  Object.entries({
    length: { arity: [1, 1], call: length },
    tolower: ofOne((text) => text.toLowerCase()),
    toupper: ofOne((text) => text.toUpperCase()),
    trim: ofOne((text) => text.trim()),
    contains: ofTwo(false, (a, b) => a.includes(b)),
    startswith: ofTwo(false, (a, b) => a.startsWith(b)),
    endswith: ofTwo(false, (a, b) => a.endsWith(b)),
    indexof: ofTwo(-1, (a, b) => a.indexOf(b)),
    concat: ofTwo(null, (a, b) => a + b),
    substring: { arity: [2, 3], call: substring },
  }),
);

/**
 * Creates the call of a function.
 *
 * @throws FilterError if there is none of that name, or not with so many arguments.
 */
export function callFunction(name: string, args: readonly FilterExpression[]): FilterExpression {
  const found = FUNCTIONS.get(name);
  if (!found) throw new FilterError(`the function ${name} is not known`);
  const { arity, call } = found;
  if (args.length < arity[0] || args.length > arity[1]) {
    throw new FilterError(`the function ${name} takes ${arity.join(" to ")} arguments`);
  }
  return (subject) => call(...args.map((arg) => arg(subject)));
}
