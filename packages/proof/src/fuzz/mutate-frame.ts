import type { Dice } from "./dice.ts";
import { DEEP_TEXT, HOSTILE_KEYS, hostileText } from "./hostile-texts.ts";

/** A frame as a list of fields: JSON texts, so that keys can be doubled and numbers be too large. */
export type Fields = { key: string; value: string }[];

/** Takes a frame apart. */
export function fieldsOf(frame: Readonly<Record<string, unknown>>): Fields {
  return Object.entries(frame)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key: JSON.stringify(key), value: JSON.stringify(value) }));
}

/** Writes fields as a JSON object, doubled keys and all. */
export function textOf(fields: Fields): string {
  return `{${fields.map(({ key, value }) => `${key}:${value}`).join()}}`;
}

type Mutation = (fields: Fields, dice: Dice, other: Fields) => void;

const hostile = ({ pick, random }: Dice) => hostileText(pick, random);

/** Changes of the structure. Each works on fields that are not empty. */
const MUTATIONS: readonly Mutation[] = [
  (fields, dice) => void fields.splice(dice.int(fields.length), 1),
  (fields, dice) => {
    dice.pick(fields).value = hostile(dice);
  },
  (fields, dice) => {
    dice.pick(fields).value = hostile(dice);
  },
  (fields, dice) => {
    // What goes the farthest: it is stored, pushed and read back.
    const field = fields.find(({ key }) => key === '"data"') ?? dice.pick(fields);
    field.value = dice.chance(0.08) ? DEEP_TEXT : hostile(dice);
  },
  (fields, dice) => {
    // The same key again: the last one counts for JSON.parse, another for other readers.
    const { key } = dice.pick(fields);
    fields.splice(dice.int(fields.length + 1), 0, { key, value: hostile(dice) });
  },
  (fields, dice) => void fields.push({ key: dice.pick(HOSTILE_KEYS), value: hostile(dice) }),
  (fields, dice) => {
    dice.pick(fields).key = dice.pick(HOSTILE_KEYS);
  },
  (fields, dice, other) => {
    dice.pick(fields).value = dice.pick(other).value;
  },
  (fields, dice, other) => void fields.push(dice.pick(other)),
  (fields, dice) => {
    const field = dice.pick(fields);
    field.value = dice.chance(0.5) ? `[${field.value}]` : `{"a":${field.value}}`;
  },
  (fields, dice) => {
    const field = dice.pick(fields);
    field.value = JSON.stringify(field.value.slice(0, 1_000)); // A text instead of what it says.
  },
  (fields, dice) => {
    // Hostile values deep inside of what is right.
    const field = dice.pick(fields);
    field.value = field.value.replace(/"[^"\\]*"|\d+/, () => hostile(dice));
  },
];

/**
 * Changes a frame's structure, once to three times.
 *
 * @param frame A good frame; it stays as it is.
 * @param other Another one, whose fields may get into it.
 */
export function mutateFrame(frame: Fields, other: Fields, dice: Dice): Fields {
  const fields = frame.map((field) => ({ ...field }));
  for (let left = 1 + dice.int(3); left > 0; left--) {
    if (fields.length > 0) dice.pick(MUTATIONS)(fields, dice, other);
  }
  return fields;
}
