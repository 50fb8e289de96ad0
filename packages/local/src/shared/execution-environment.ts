import { MessageChannel, Worker } from "node:worker_threads";

/** What an environment runs. */
export interface EnvironmentOptions {
  moduleUrl: string;
  exportName: string;
  env: Record<string, string | undefined>;
}

/** One invocation, as the environment's thread gets it. */
interface EnvironmentInvocation {
  /** The event, as JSON. */
  event: string;
  /** The context without its functions. */
  context: object;
  remainingMs: number;
}

/** A thread that runs one invocation at a time and stands still between two of them. */
export interface ExecutionEnvironment {
  /** Rejects with what the handler threw, or when the thread has ended. */
  invoke(invocation: EnvironmentInvocation): Promise<unknown>;
  /** False once the thread has ended. */
  alive(): boolean;
  end(): Promise<void>;
}

type Answer = { json: string | undefined } | { error: Pick<Error, "name" | "message" | "stack"> };

/** Starts a thread; its module is loaded by its first invocation. */
export function startEnvironment(options: EnvironmentOptions): ExecutionEnvironment {
  const { port1: port, port2 } = new MessageChannel();
  const wakeUp = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const flag = new Int32Array(wakeUp);
  const { moduleUrl, exportName, env } = options;
  const worker = new Worker(new URL("./function-worker.js", import.meta.url), {
    workerData: { port: port2, wakeUp, moduleUrl, exportName },
    transferList: [port2],
    env: { ...process.env, ...env },
  });
  let alive = true;
  let settle: ((error: Error | undefined, answer?: Answer) => void) | undefined;

  port.on("message", (answer: Answer) => settle?.(undefined, answer));
  worker.on("error", (error) => {
    alive = false;
    settle?.(error);
  });
  worker.on("exit", () => {
    alive = false;
    port.close();
    settle?.(new Error("the function's environment has ended"));
  });
  // An idle environment keeps no process alive.
  const rest = () => {
    worker.unref();
    port.unref();
  };
  rest();

  return {
    alive: () => alive,
    invoke(invocation) {
      worker.ref();
      port.ref();
      return new Promise<unknown>((resolve, reject) => {
        settle = (error, answer) => {
          settle = undefined;
          rest();
          if (!answer) reject(error);
          else if ("error" in answer) reject(Object.assign(new Error(), answer.error));
          else resolve(answer.json === undefined ? undefined : JSON.parse(answer.json));
        };
        if (!alive) return settle(new Error("the function's environment has ended"));
        port.postMessage(invocation);
        Atomics.store(flag, 0, 1);
        Atomics.notify(flag, 0);
      });
    },
    async end() {
      await worker.terminate();
    },
  };
}
