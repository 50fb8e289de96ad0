import { parseArgs } from "node:util";
import { InvalidArgumentError } from "@hubbub/core";
import type {
  LocalWebPubSubOptions,
  SystemEvent,
  WebPubSubHubOptions,
} from "../azure/web-pubsub-options.ts";

/** What the command was called with. */
export interface AzureCommandOptions {
  service: LocalWebPubSubOptions;
  hubs: readonly string[];
  quiet: boolean;
}

const DEFAULT_PORT = "8080";
const DEFAULT_HUB = "chat";
const SYSTEM_EVENTS: readonly SystemEvent[] = ["connect", "connected", "disconnected"];

/**
 * Reads the options of `hubbub azure`.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function readAzureOptions(args: readonly string[]): AzureCommandOptions {
  const values = parse(args);
  const { hub: hubs = [], upstream: upstreams = [], key } = values;
  if (!/^\d{1,5}$/.test(values.port)) {
    throw new InvalidArgumentError("--port must be a number from 0 to 65535");
  }
  if (upstreams.length > hubs.length) {
    throw new InvalidArgumentError("--upstream needs the --hub whose events go there, before it");
  }
  const events = systemEventsOf(values["system-events"]);
  const anonymousConnectPolicy = values["allow-anonymous"] ? "allow" : "deny";
  const names = hubs.length > 0 ? hubs : [DEFAULT_HUB];
  const settings = names.map((name, index): [string, WebPubSubHubOptions] => {
    const urlTemplate = upstreams[index];
    const handler = urlTemplate === undefined ? [] : [{ urlTemplate, ...events }];
    return [name, { anonymousConnectPolicy, eventHandlers: handler }];
  });
  return {
    service: {
      ...{ port: Number(values.port), hubs: Object.fromEntries(settings) },
      ...(key !== undefined && { accessKey: key }),
    },
    ...{ hubs: names, quiet: values.quiet },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: DEFAULT_PORT },
        hub: { type: "string", multiple: true },
        upstream: { type: "string", multiple: true },
        "system-events": { type: "string", default: SYSTEM_EVENTS.join(",") },
        "allow-anonymous": { type: "boolean", default: false },
        key: { type: "string" },
        quiet: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "the options cannot be read";
    throw new InvalidArgumentError(message, { cause });
  }
}

function systemEventsOf(text: string): { systemEvents: SystemEvent[] } {
  const names = text.split(",").filter(Boolean);
  const systemEvents = SYSTEM_EVENTS.filter((event) => names.includes(event));
  if (systemEvents.length < names.length) {
    throw new InvalidArgumentError(`--system-events must be names of ${SYSTEM_EVENTS.join(",")}`);
  }
  return { systemEvents };
}
