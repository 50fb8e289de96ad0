import type { Level } from "./chat.ts";

const NAMES: ReadonlyArray<readonly [RegExp, Level]> = [
  [/^(?:fatal|panic|emerg\w*|alert|crit\w*|err|error|severe)$/i, "error"],
  [/^warn(?:ing)?$/i, "warn"],
  [/^(?:info\w*|notice)$/i, "info"],
  [/^(?:debug|trace|verbose|fine)$/i, "debug"],
];
const WORDS =
  "fatal|panic|emerg|emergency|alert|crit|critical|err|error|severe|warn|warning|info|notice|debug|trace|verbose";
const PATTERNS = [
  new RegExp(`\\b(?:level|lvl|severity)=["']?(${WORDS})\\b`, "i"),
  new RegExp(`[[(<](${WORDS})[\\])>]`, "i"),
  new RegExp(`\\b(${WORDS.toUpperCase()})\\b`),
  new RegExp(`(?:^|\\s)(${WORDS}):(?:\\s|$)`, "i"),
];
const WHERE = 200; // A level stands near the beginning; further on the word is just a word.

/**
 * Reads a line's level: of JSON (`level`, `lvl`, `severity`; names or pino's numbers), of a syslog
 * priority, of logfmt, or of a word such as `ERROR`, `[warn]` and `info:`.
 *
 * @param text The line, without colours.
 * @returns The level, `none` if the line does not tell.
 */
export function detectLevel(text: string): Level {
  const json = jsonLevel(text);
  if (json) return json;
  const priority = /^<(\d{1,3})>/.exec(text)?.[1];
  if (priority !== undefined) return syslogLevel(Number(priority) % 8);
  const head = text.slice(0, WHERE);
  for (const pattern of PATTERNS) {
    const word = pattern.exec(head)?.[1];
    if (word) return named(word);
  }
  return "none";
}

function named(word: string): Level {
  return NAMES.find(([pattern]) => pattern.test(word))?.[1] ?? "none";
}

function syslogLevel(severity: number): Level {
  if (severity <= 3) return "error";
  if (severity === 4) return "warn";
  return severity === 7 ? "debug" : "info";
}

function pinoLevel(level: number): Level {
  if (level >= 50) return "error";
  if (level >= 40) return "warn";
  return level >= 30 ? "info" : "debug";
}

function jsonLevel(text: string): Level | undefined {
  if (!/^\s*\{.*\}\s*$/s.test(text)) return undefined;
  try {
    const { level, lvl, severity } = JSON.parse(text);
    const found: unknown = level ?? lvl ?? severity;
    if (typeof found === "number") return pinoLevel(found);
    return typeof found === "string" ? named(found) : undefined;
  } catch {
    return undefined;
  }
}
