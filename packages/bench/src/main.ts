import { awsColdstart } from "./aws-coldstart.ts";
import { awsFanout } from "./aws-fanout.ts";
import { awsPush } from "./aws-push.ts";
import { azureColdstart } from "./azure-coldstart.ts";
import { azureFanout } from "./azure-fanout.ts";
import { coreFanout } from "./core-fanout.ts";
import { corePublish } from "./core-publish.ts";
import { importTime } from "./import-time.ts";
import { nodeFanout } from "./node-fanout.ts";
import { tencentFanout } from "./tencent-fanout.ts";

// Prints one JSON object a line. `pnpm bench` runs all, `pnpm bench core-fanout` one.
const benches = new Map<string, () => Promise<void>>([
  ["node-fanout", nodeFanout],
  ["core-fanout", coreFanout],
  ["core-publish", corePublish],
  ["import-time", importTime],
  ["aws-push", awsPush],
  ["aws-fanout", awsFanout],
  ["aws-coldstart", awsColdstart],
  ["azure-fanout", azureFanout],
  ["azure-coldstart", azureColdstart],
  ["tencent-fanout", tencentFanout],
]);

const wanted = process.argv.slice(2).filter((name) => name !== "--");
const unknown = wanted.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  console.error(`no bench ${unknown.join(", ")}; there are ${[...benches.keys()].join(", ")}`);
  process.exit(1);
}
for (const [name, run] of benches) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
process.exit(0); // Sockets that are still closing hold nothing up.
