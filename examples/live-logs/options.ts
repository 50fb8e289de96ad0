import { basename } from "node:path";
import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  port: number;
  host: string;
  files: { source: string; path: string }[];
  /** The name of what comes on stdin. */
  stdin: string;
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
  const port = values.port ?? env.PORT ?? "4100";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535 || Number(port) === 0) {
    throw new UsageError(`--port wants a number from 1 to 65535, got ${JSON.stringify(port)}`);
  }
  const names = values.source ?? [];
  const paths = values.file ?? [];
  const files = paths.map((path, index) => ({ path, source: names[index] ?? basename(path) }));
  const stdin = names[paths.length] ?? "stdin";
  const all = [...files.map(({ source }) => source), stdin];
  const bad = all.find(
    (name, index) => !/^[^\p{Cc}]{1,60}$/u.test(name) || all.indexOf(name) < index,
  );
  if (bad !== undefined || names.length > all.length) {
    const got = JSON.stringify(bad ?? names.at(-1));
    throw new UsageError(
      `--source wants a name of its own per input, 1 to 60 characters, got ${got}`,
    );
  }
  return { port: Number(port), host: values.host ?? "127.0.0.1", files, stdin };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      // `pnpm start -- --port 1` hands the dashes on.
      args: args[0] === "--" ? args.slice(1) : args,
      options: {
        port: { type: "string" },
        host: { type: "string" },
        file: { type: "string", multiple: true },
        source: { type: "string", multiple: true },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
