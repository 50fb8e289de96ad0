import { LOOPBACK, startLoopbackServer } from "../../shared/loopback-server.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import { createFunctionArrival } from "./function-arrival.ts";
import type { Upgrade } from "./function-connection.ts";
import { createFunctionInstances, type FunctionInstance } from "./function-instances.ts";
import type { Invocation } from "./invocation.ts";
import {
  type LocalWebFunctionOptions,
  resolveWebFunctionOptions,
  type WebFunctionFaults,
} from "./web-function-options.ts";

/** A Web Function that can be connected to. */
export interface LocalWebFunction {
  readonly port: number;
  /** Where clients connect: `ws://127.0.0.1:<port>`. */
  readonly url: string;
  /** The faults that were given, or an object to set them on. */
  readonly faults: WebFunctionFaults;
  /** All connections so far, as the platform counts them, oldest first. */
  invocations(): readonly Invocation[];
  /** The instances that run, oldest first. */
  instances(): FunctionInstance[];
  /** Ends an instance at once, as when it is out of memory: its connections are cut with status 434. */
  killInstance(id: number): Promise<void>;
  /** Sends SIGTERM to an instance: it gets no new connections. Resolves when it has ended. */
  stopInstance(id: number): Promise<void>;
  /** Cuts all connections, ends all instances and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts an SCF Web Function with native WebSocket on 127.0.0.1. Each connection is an invocation; the first one
 * starts an instance, and those that the instances have no room for start further ones.
 *
 * @param options The function's server, and how the platform is configured.
 * @returns The function, ready to be connected to.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalWebFunction(
  options: LocalWebFunctionOptions,
): Promise<LocalWebFunction> {
  const resolved = resolveWebFunctionOptions(options);
  const clock = createTimerScope(resolved.clock);
  const { faults } = resolved;
  const invocations: Invocation[] = [];
  const instances = createFunctionInstances({
    ...resolved,
    failsToStart: (instance) => faults.bootstrap?.(instance) ?? false,
  });

  const arrive = createFunctionArrival({ ...resolved, clock }, instances, invocations);

  const listening = await startLoopbackServer({
    ...{ port: resolved.port, tls: undefined },
    // Whether such a function answers plain HTTP is not documented: nobody should rely on it.
    onRequest: (_request, response) => response.writeHead(426, { upgrade: "websocket" }).end(),
  });
  listening.server.on("upgrade", (...upgrade: Upgrade) => {
    upgrade[1].on("error", () => upgrade[1].destroy());
    arrive(upgrade).catch(() => upgrade[1].destroy());
  });

  return {
    port: listening.port,
    url: `ws://${LOOPBACK}:${listening.port}`,
    faults,
    invocations: () => invocations,
    instances: instances.list,
    killInstance: instances.kill,
    stopInstance: instances.stop,
    async close() {
      clock.end();
      await instances.close();
      await listening.close();
    },
  };
}
