import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A benchmark's other process. */
export interface Child {
  /** Sends a question and waits for the answer. */
  ask(question: string): Promise<number>;
  stop(): void;
}

/**
 * Starts a module of this package in a process of its own.
 *
 * @param module Its path, relative to this folder.
 * @param options Arguments of the module and of Node.
 */
export async function startChild(
  module: string,
  options: { args?: readonly string[]; nodeArgs?: readonly string[] } = {},
): Promise<Child> {
  const { args = [], nodeArgs = [] } = options;
  const path = fileURLToPath(new URL(module, import.meta.url));
  const child: ChildProcess = fork(path, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)), // Where tsx is to be found.
    execArgv: [...nodeArgs, "--import", "tsx"],
  });
  return {
    async ask(question) {
      const answer = once(child, "message");
      child.send(question);
      return Number((await answer)[0]);
    },
    stop: () => child.disconnect(),
  };
}

/**
 * Answers the questions of {@link startChild}'s caller in the child.
 *
 * @param answers What to answer, by question. `cpu` is answered with the CPU time in microseconds.
 */
export function answerQuestions(answers: Record<string, () => number | Promise<number>>): void {
  const all: typeof answers = { cpu: () => sum(process.cpuUsage()), ...answers };
  process.once("disconnect", () => process.exit()); // The caller is done, or has died.
  process.on("message", async (question) => {
    process.send?.(await all[String(question)]?.());
  });
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
