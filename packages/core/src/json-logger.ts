import type { Logger } from "./ports.ts";

/** Where lines go, such as the console. */
export interface LineOutput {
  error(line: string): void;
  warn(line: string): void;
}

const MAX_DEPTH = 4;

/**
 * Creates a logger that writes one line of JSON for each problem, as the clouds read their logs. Of errors
 * it writes name, code, message, stack and cause, never their other properties: those of the SDKs hold
 * requests with tokens.
 *
 * @param output Where to, such as `console`.
 */
export function createJsonLogger(output: LineOutput): Logger {
  const line = (level: string, message: string, details: Record<string, unknown> = {}) =>
    JSON.stringify({ level, message, ...details }, (_key, value: unknown) =>
      value instanceof Error ? describe(value, MAX_DEPTH) : value,
    );
  return {
    error: (message, details) => output.error(line("ERROR", message, details)),
    warn: (message, details) => output.warn(line("WARN", message, details)),
  };
}

function describe(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code: unknown = "code" in error ? error.code : undefined;
  const why = cause instanceof Error && depth > 0 ? { cause: describe(cause, depth - 1) } : {};
  return { name, ...(typeof code === "string" && { code }), message, stack, ...why };
}
