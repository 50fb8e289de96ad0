import type { Logger } from "@hubbub/core";

/** A problem that was logged. */
export interface Problem {
  level: "error" | "warn";
  message: string;
  details: Record<string, unknown>;
}

/** A logger that remembers. */
export function createProblems(): { problems: Problem[]; logger: Logger } {
  const problems: Problem[] = [];
  const add =
    (level: Problem["level"]) =>
    (message: string, details: Record<string, unknown> = {}) =>
      void problems.push({ level, message, details });
  return { problems, logger: { error: add("error"), warn: add("warn") } };
}
