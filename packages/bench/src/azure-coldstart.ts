import { reportColdStarts } from "./cold-start.ts";

/** Some of what the SDK needs is CommonJS, and asks for Node's own modules. */
const banner = {
  js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
};

/** How long a fresh process takes to load a bundled handler, beside the SDK alone, bundled or not. */
export function azureColdstart(): Promise<void> {
  const modules = [
    { name: "handler", options: { banner } },
    { name: "sdk", options: { banner }, peerName: "bundle of @azure/web-pubsub" },
    {
      name: "sdk",
      options: { banner, packages: "external" as const },
      peerName: "@azure/web-pubsub, unbundled",
    },
  ];
  return reportColdStarts("azure-coldstart", modules, 15);
}
