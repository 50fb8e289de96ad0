import { InvalidArgumentError } from "@hubbub/core";
import { createLocalWebPubSub, type LocalWebPubSub } from "../azure/local-web-pubsub.ts";
import { type AzureCommandOptions, readAzureOptions } from "./azure-options.ts";
import { EXIT, type Terminal, untilStopped } from "./terminal.ts";

export const AZURE_HELP = `Azure Web PubSub on this machine, until Ctrl+C.

Usage: hubbub azure [options]

Options:
  --port <number>          where it listens on 127.0.0.1; 0 takes a free port (default: 8080)
  --hub <name>             a hub with settings; may be repeated (default: chat)
  --upstream <url>         where the events of that hub go, such as
                           http://localhost:7071/api/{hub}/{event}
  --system-events <list>   which events besides those of clients
                           (default: connect,connected,disconnected)
  --allow-anonymous        clients may connect without an access token
  --key <text>             the access key (default: a well-known one)
  --quiet                  no line for every connection, event and request
  --help                   this text

Example:
  hubbub azure --hub chat --upstream http://localhost:7071/api/chat/{event}`;

/** Runs `hubbub azure` until the user ends it. */
export async function runAzure(args: readonly string[], terminal: Terminal): Promise<number> {
  let options: AzureCommandOptions;
  try {
    options = readAzureOptions(args);
  } catch (error) {
    return explain(error, terminal);
  }
  let service: LocalWebPubSub;
  try {
    service = await createLocalWebPubSub({
      ...options.service,
      logger: { warn: (message, details = {}) => terminal.err(describe(message, details)) },
      ...(!options.quiet && { trace: (line) => terminal.out(`${timeOfDay()} ${line}`) }),
    });
  } catch (error) {
    return explain(error, terminal);
  }
  greet(service, options, terminal);
  await untilStopped(terminal);
  await service.close();
  return EXIT.done;
}

function greet(
  { endpoint, connectionString, clientUrl }: LocalWebPubSub,
  { hubs }: AzureCommandOptions,
  { out }: Terminal,
): void {
  out(`Azure Web PubSub listens on ${endpoint}, until Ctrl+C`);
  out("");
  out(`Connection string  ${connectionString}`);
  for (const hub of hubs) out(`A client of ${hub}   ${clientUrl(hub)}`);
  out("");
}

/** A port in use has a cause of the system's; whatever else is refused was called wrongly. */
function explain(error: unknown, { err }: Terminal): number {
  if (!(error instanceof InvalidArgumentError)) throw error;
  err(`hubbub azure: ${error.message}`);
  if (hasSystemCause(error)) return EXIT.failed;
  err("hubbub azure --help shows the options");
  return EXIT.usage;
}

function hasSystemCause({ cause }: Error): boolean {
  return cause instanceof Error && "syscall" in cause;
}

function describe(message: string, { error, ...event }: Record<string, unknown>): string {
  const why = error instanceof Error ? `: ${error.message}` : "";
  return `${timeOfDay()} ${message}${why} ${JSON.stringify(event)}`;
}

function timeOfDay(): string {
  return new Date().toISOString().slice(11, 23);
}
