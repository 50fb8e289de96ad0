import type { Logger } from "@hubbub/core";

const MAX_DEPTH = 4;

/**
 * Creates a logger that writes one line of JSON for each problem. Of errors it writes name, code,
 * message, stack and cause, never their other properties: those may hold requests and keys.
 *
 * @param output Where to. (Default: the console)
 */
export function createScfLogger(output: Pick<Console, "error" | "warn"> = console): Logger {
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
