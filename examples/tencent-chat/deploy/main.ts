import { bundle } from "../bundle.ts";
import { type Cloud, createCloud } from "./cloud.ts";
import { deployEventFunctions, removeEventFunctions } from "./event-functions.ts";
import { readSettings, type Settings, UsageError } from "./settings.ts";
import { deployWebFunction, removeWebFunction } from "./web-function.ts";

const TARGETS = new Map([
  ["web-function", { deploy: deployWebFunction, remove: removeWebFunction }],
  ["api-gateway", { deploy: deployEventFunctions, remove: removeEventFunctions }],
]);

async function run(verb: string | undefined, cloud: Cloud, settings: Settings): Promise<void> {
  const target = TARGETS.get(process.argv[3] ?? "");
  if (!target) throw new UsageError(`name one of: ${[...TARGETS.keys()].join(", ")}`);
  if (verb === "deploy") await target.deploy(cloud, settings, await bundle());
  else if (verb === "remove") await target.remove(cloud, settings);
  else throw new UsageError("say deploy or remove");
}

try {
  const settings = readSettings(process.env);
  await run(process.argv[2], createCloud(settings), settings);
} catch (error) {
  // An SDK's error says enough: its stack would only bury the message.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
