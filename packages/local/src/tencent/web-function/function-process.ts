import { spawn } from "node:child_process";
import { createGroupKeeper, signalGroup } from "./group-keeper.ts";

/** The processes of an instance: what the command starts, and what that starts. */
export interface FunctionProcess {
  /** Of the command. */
  readonly pid: number | undefined;
  /** Resolves when all of them have ended: when the command has, the others must. */
  readonly ended: Promise<void>;
  /** Why the command does not run any more; undefined while it does. */
  failure(): Error | undefined;
  /** SIGTERM lets all of them end by themselves, SIGKILL does not. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

const keeper = createGroupKeeper();

/** Runs a command in a process group of its own: many a `scf_bootstrap` does not become the server by `exec`. */
export function startProcess(
  [program = "", ...args]: readonly string[],
  cwd: string | undefined,
  env: Readonly<Record<string, string>>,
): FunctionProcess {
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    ...{ env: { ...env }, detached: true },
    // All of them inherit the pipe, and nothing is sent on it: it ends with the last.
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const { pid } = child;
  const end = (signal: "SIGTERM" | "SIGKILL") => pid !== undefined && signalGroup(pid, signal);
  const forget = pid === undefined ? () => undefined : keeper.keep(pid);
  let failure: Error | undefined;
  let draining = false;
  child.once("exit", (code, signal) => {
    failure = new Error(`the command ended with ${code ?? signal}`);
    if (!draining) end("SIGKILL");
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      failure = error;
      resolve();
    });
  }).then(forget);
  return {
    ...{ pid, ended, failure: () => failure },
    async stop(signal) {
      draining = signal === "SIGTERM";
      end(signal);
      await ended;
    },
  };
}
