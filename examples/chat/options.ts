import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  /** The gateway to run the chat on. */
  as: string;
  port: number;
  host: string;
  /** Origins besides the server's own whose pages may connect. */
  origins: string[];
}

/** Thrown when the command line can't be understood; the message is meant for the terminal. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Reads the command line.
 *
 * @param args The arguments after the script's name.
 * @param env Where `PORT` may be set.
 * @throws UsageError, naming the argument and what it wants.
 */
export function readOptions(args: string[], env: Record<string, string | undefined>): Options {
  const values = parse(args);
  const port = values.port ?? env.PORT ?? "4000";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535 || Number(port) === 0) {
    throw new UsageError(`--port wants a number from 1 to 65535, got ${JSON.stringify(port)}`);
  }
  return {
    as: values.as ?? "node",
    port: Number(port),
    host: values.host ?? "127.0.0.1",
    origins: values.origin ?? [],
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      // `pnpm start -- --port 1` hands the dashes on.
      args: args[0] === "--" ? args.slice(1) : args,
      options: {
        as: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        origin: { type: "string", multiple: true },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
