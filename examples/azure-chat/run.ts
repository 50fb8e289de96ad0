import { execFileSync } from "node:child_process";
import type { Command } from "./deployment.ts";

/** The resource group of this example. */
export const GROUP: string = process.env.RESOURCE_GROUP ?? "hubbub-chat";

/** Runs one call after the other; answers what the last one printed. */
export function run(commands: readonly Command[]): string {
  let printed = "";
  for (const [program, ...args] of commands) {
    printed = execFileSync(program, args, { stdio: ["inherit", "pipe", "inherit"] }).toString();
  }
  return printed.trim();
}
