import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads the arguments of a command. Prints the usage and ends the process if `--help` is among them, or,
 * with exit code 2, one that the command does not know.
 *
 * @param usage What the command takes, a line each.
 * @param options What `parseArgs` of Node is told.
 * @returns The values by name.
 */
export function readArguments<const O extends Options>(
  usage: string,
  options: O,
): ReturnType<typeof parseArgs<{ options: O }>>["values"] {
  if (process.argv.includes("--help")) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Reads a whole number from `min` on, or says which argument is none and ends the process with 2. */
export function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= min) return value;
  return refuse(`--${name} must be a whole number from ${min} on, got ${JSON.stringify(text)}`);
}

/** Reads a JSON object, or says which argument is none and ends the process with 2. */
export function jsonObject(name: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below.
  }
  return refuse(`--${name} must be a JSON object, got ${JSON.stringify(text)}`);
}

/** Says what is wrong with the arguments and ends the process with 2. */
export function refuse(what: string): never {
  console.error(what);
  process.exit(2);
}
