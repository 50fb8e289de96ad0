import { fstatSync } from "node:fs";
import { InvalidArgumentError } from "@hubbub/core";
import { readOptions, UsageError } from "./options.ts";
import { startLiveLogs } from "./start.ts";

/** Whether something is piped in; a terminal is not read. */
function isPiped(): boolean {
  const stdin = fstatSync(0);
  return stdin.isFIFO() || stdin.isFile() || stdin.isSocket();
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const piped = isPiped() ? process.stdin : undefined;
  if (!piped && !options.files.length) {
    throw new UsageError("pipe something in, or name a file with --file");
  }
  const { ended, close } = await startLiveLogs(options, piped, { signals: false });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // What is piped in may never end: it can't be waited for.
    process.once(signal, () => void close().finally(() => process.exit()));
  }
  console.log(`The logs are at http://localhost:${options.port} (Ctrl+C ends it)`);
  await ended;
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
