import { reportColdStarts } from "./cold-start.ts";

/** What `examples/aws-chat/bundle.ts` leaves out. */
const external = ["http", "ini", "process", "sso", "web-identity"]
  .map((name) => `@aws-sdk/credential-provider-${name}`)
  .concat("@smithy/credential-provider-imds");

/** How long a fresh process takes to load a bundled function, beside the SDK alone and an unbundled one. */
export function awsColdstart(): Promise<void> {
  const modules = [
    { name: "handler", options: { external } },
    { name: "dynamodb", peerName: "bundle of client-dynamodb" },
    {
      name: "sdk-handler",
      options: { packages: "external" as const },
      peerName: "unbundled handler on the SDKs",
    },
  ];
  return reportColdStarts("aws-coldstart", modules, 24, { AWS_REGION: "us-east-1" });
}
