import { AZURE_HELP, runAzure } from "./azure-command.ts";
import { EXIT, type Terminal } from "./terminal.ts";

const HELP = `The clouds' WebSocket gateways on this machine.

Usage: hubbub <command> [options]

Commands:
  azure   Azure Web PubSub

hubbub <command> --help shows the options of a command.`;

/**
 * Runs the command line.
 *
 * @param args What follows the command's name.
 * @returns The exit code: 0 after the user ended it, 1 if it failed, 2 if it was called wrongly.
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  if (command === "azure") {
    if (!rest.includes("--help") && !rest.includes("-h")) return runAzure(rest, terminal);
    terminal.out(AZURE_HELP);
    return EXIT.done;
  }
  if (command === "--help" || command === "-h") {
    terminal.out(HELP);
    return EXIT.done;
  }
  if (command !== undefined) terminal.err(`hubbub: there is no command ${command}\n`);
  terminal.err(HELP);
  return EXIT.usage;
}
