import { InvalidArgumentError } from "@hubbub/core";
import { type Options, readOptions, UsageError } from "./options.ts";
import { startNode } from "./start-node.ts";

/** What the chat can run on, by the name that `--as` takes. */
const gateways = new Map<string, (options: Options) => Promise<unknown>>([
  ["node", startNode],
  // Loaded when asked for: the SDK takes its time.
  ["aws", async (options) => (await import("./start-aws.ts")).startAws(options)],
  ["tencent", async (options) => (await import("./start-tencent.ts")).startTencent(options)],
  [
    "tencent-web-function",
    async (options) =>
      (await import("./start-tencent-web-function.ts")).startTencentWebFunction(options),
  ],
  ["azure", async (options) => (await import("./start-azure.ts")).startAzure(options)],
]);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const start = gateways.get(options.as);
  if (!start) {
    const names = [...gateways.keys()].join(", ");
    throw new UsageError(`--as wants one of: ${names}; got ${JSON.stringify(options.as)}`);
  }
  await start(options);
  console.log(`The chat is at http://localhost:${options.port} (Ctrl+C ends it)`);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
