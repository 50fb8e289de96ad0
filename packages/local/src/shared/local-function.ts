import { pathToFileURL } from "node:url";
import { checkKnown } from "@hubbub/core/adapter";
import { check, checkClock, checkWhole } from "./check-options.ts";
import { type ExecutionEnvironment, startEnvironment } from "./execution-environment.ts";
import { type LocalClock, systemClock } from "./local-clock.ts";

/** Options for {@link createLocalFunction}. */
export interface LocalFunctionOptions {
  /** The module with the handler: a `file:` URL, or a path. Each environment loads it anew. */
  module: URL | string;
  /** The handler's name in it. (Default: `"handler"`) */
  exportName?: string;
  /** How long an invocation may take, in milliseconds; then its environment ends. (Default: 29,000) */
  timeoutMs?: number;
  /** How many invocations may run at once; one more fails. (Default: 100) */
  maxEnvironments?: number;
  /** Environment variables beside this process's own. */
  env?: Record<string, string>;
  /** (Default: the system's) */
  clock?: LocalClock;
}

/** The least of an invocation's context; whatever else is JSON in it reaches the handler as well. */
export interface InvocationContext {
  /** How long the function may still run, in milliseconds. */
  getRemainingTimeInMillis(): number;
}

/** A function whose environments are frozen between invocations, as those of Lambda and SCF are. */
export interface LocalFunction {
  /** Runs the handler in an environment of its own; give it to a gateway or an event source. */
  readonly handler: (event: unknown, context: InvocationContext) => Promise<unknown>;
  /** How many environments there are. */
  environments(): number;
  /** Ends all environments; invocations in progress reject. */
  close(): Promise<void>;
}

const MAX_TIMEOUT_MS = 15 * 60 * 1000;
const OPTIONS = ["module", "exportName", "timeoutMs", "maxEnvironments", "env", "clock"];

/**
 * Creates a function that runs as on Lambda or SCF: an environment, here a worker thread with its own copy of
 * the module, runs one invocation at a time, a second one at the same time gets a second environment,
 * and once a handler's promise has settled its environment stands still until it is invoked again.
 * What a handler left un-awaited goes on then, or never.
 *
 * @param options Where the handler is.
 * @throws InvalidArgumentError naming the option that is wrong.
 */
export function createLocalFunction(options: LocalFunctionOptions): LocalFunction {
  checkKnown("createLocalFunction", options, OPTIONS);
  const { module, exportName = "handler", timeoutMs = 29_000, maxEnvironments = 100 } = options;
  const { env = {}, clock = systemClock } = options;
  check(module instanceof URL || typeof module === "string", "module must be a URL or a path");
  checkWhole("timeoutMs", timeoutMs, 1, MAX_TIMEOUT_MS);
  checkWhole("maxEnvironments", maxEnvironments, 1, 10_000);
  checkClock(clock);
  const moduleUrl = urlOf(module);
  const all = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  let closed = false;

  function take(): ExecutionEnvironment {
    if (closed) throw new Error("the function is closed");
    for (let next = idle.pop(); next; next = idle.pop()) {
      if (next.alive()) return next;
      all.delete(next);
    }
    if (all.size >= maxEnvironments) throw new Error("TooManyRequestsException: Rate Exceeded.");
    const environment = startEnvironment({ moduleUrl, exportName, env });
    all.add(environment);
    return environment;
  }

  async function run(event: unknown, context: InvocationContext): Promise<unknown> {
    const environment = take();
    const remainingMs = Math.min(timeoutMs, context.getRemainingTimeInMillis());
    const { promise: timedOut, cancel } = timeOut(clock, timeoutMs);
    // A context with its functions left out: they cannot be sent to a thread.
    const plain = JSON.parse(JSON.stringify(context));
    const invocation = { event: JSON.stringify(event), context: plain, remainingMs };
    try {
      const result = await Promise.race([environment.invoke(invocation), timedOut]);
      idle.push(environment);
      return result;
    } catch (error) {
      // After an error Lambda keeps the environment; after a time-out it does not.
      if (error instanceof FunctionTimeout) await environment.end();
      if (environment.alive()) idle.push(environment);
      else all.delete(environment);
      throw error;
    } finally {
      cancel();
    }
  }

  return {
    handler: run,
    environments: () => all.size,
    async close() {
      closed = true;
      await Promise.all([...all].map((environment) => environment.end()));
      all.clear();
    },
  };
}

class FunctionTimeout extends Error {
  override name = "FunctionTimeout";
}

function timeOut(clock: LocalClock, timeoutMs: number) {
  let cancel: () => void = () => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    cancel = clock.setTimer(timeoutMs, () => reject(new FunctionTimeout(message)));
  });
  return { promise, cancel };
}

function urlOf(module: URL | string): string {
  if (module instanceof URL) return module.href;
  return module.startsWith("file:") ? module : pathToFileURL(module).href;
}
