import type { ClientProtocol } from "../hub.ts";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

const SERVED = new Map<string | undefined, ClientProtocol>([
  ["json.webpubsub.azure.v1", "json"],
  ["json.reliable.webpubsub.azure.v1", "reliable"],
]);
const NOT_SERVED = /^protobuf\.(reliable\.)?webpubsub\.azure\.v1$/i;

/** The protocol that a subprotocol stands for; names have no case, and those of others are simple. */
export function protocolOf(subprotocol: string | undefined): ClientProtocol {
  return SERVED.get(subprotocol?.toLowerCase()) ?? "simple";
}

/** The first of the offered subprotocols that is served. */
export function firstServed(offered: readonly string[]): string | undefined {
  return offered.find((name) => protocolOf(name) !== "simple");
}

/** Refuses the service's subprotocols that this one does not speak. */
export function refuseSubprotocol(names: readonly string[]): UpgradeRefusal | undefined {
  const name = names.find((one) => NOT_SERVED.test(one));
  if (name === undefined || firstServed(names) !== undefined) return undefined;
  const message = `${name} is not served; offer json.webpubsub.azure.v1 or its reliable variant`;
  return { status: 501, message };
}
