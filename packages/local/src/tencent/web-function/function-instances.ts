import type { Logger } from "@hubbub/core";
import { type FunctionServer, type RunningServer, startFunctionServer } from "./function-server.ts";

/** An instance of the function, as seen from outside. */
export interface FunctionInstance {
  /** 1, 2, 3, … in the order of their start. */
  readonly id: number;
  /** The process of its server; undefined for a server in this process. */
  readonly pid: number | undefined;
  /** Connections that it serves. */
  readonly connections: number;
}

/** A place on an instance. */
export interface InstancePlace {
  readonly instance: number;
  /** Where its server listens. */
  readonly port: number;
  /** Ends the connection when the instance is killed; `undefined` forgets. */
  onKill: (() => void) | undefined;
  /** Gives the place back. */
  release(): void;
  /** Gives the place back, and lets its instance get no further connections. */
  giveUp(): void;
}

/** The instances of one function. */
export interface FunctionInstances {
  /**
   * Finds a place, on a new instance if all are full.
   *
   * @returns The place, or why there is none: the platform's status.
   */
  place(): Promise<InstancePlace | { status: 405 | 432 }>;
  list(): FunctionInstance[];
  kill(id: number): Promise<void>;
  stop(id: number): Promise<void>;
  close(): Promise<void>;
}

/** How instances are made. */
export interface FunctionInstancesOptions {
  server: FunctionServer;
  maxConcurrency: number;
  maxInstances: number;
  initTimeoutMs: number;
  /** Asked before each start: true makes the bootstrap fail. */
  failsToStart: (instance: number) => boolean;
  logger: Pick<Logger, "error">;
}

interface Entry {
  readonly id: number;
  readonly running: Promise<RunningServer>;
  readonly start: AbortController;
  server?: RunningServer;
  open: boolean;
  readonly places: Set<InstancePlace>;
  /** Connections that wait for its server. */
  waiting: number;
}

/** Creates a function without instances: the first connection starts one. */
export function createFunctionInstances(options: FunctionInstancesOptions): FunctionInstances {
  const { server, maxConcurrency, maxInstances, initTimeoutMs, failsToStart, logger } = options;
  const entries = new Map<number, Entry>();
  let started = 0;

  async function boot(id: number, signal: AbortSignal): Promise<RunningServer> {
    if (failsToStart(id)) throw new Error("a fault was asked for");
    return startFunctionServer(server, initTimeoutMs, signal);
  }

  function begin(): Entry {
    started += 1;
    const id = started;
    const start = new AbortController();
    const running = boot(id, start.signal);
    const entry: Entry = { id, running, start, open: true, places: new Set(), waiting: 0 };
    entries.set(id, entry);
    const forget = () => {
      entry.open = false;
      entries.delete(id);
    };
    running.then(
      (runs) => {
        entry.server = runs;
        void runs.ended.then(forget);
      },
      (error: unknown) => {
        logger.error("the bootstrap of an instance failed", { error });
        forget();
      },
    );
    return entry;
  }

  async function end(id: number, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const entry = entries.get(id);
    if (!entry) return;
    entry.open = false;
    if (signal === "SIGKILL") {
      for (const place of [...entry.places]) place.onKill?.();
      entry.start.abort();
    }
    const runs = await entry.running.catch(() => undefined);
    await runs?.stop(signal);
  }

  return {
    async place() {
      const free = [...entries.values()].find(
        ({ open, places, waiting }) => open && places.size + waiting < maxConcurrency,
      );
      if (!free && entries.size >= maxInstances) return { status: 432 };
      const entry = free ?? begin();
      entry.waiting += 1;
      const runs = await entry.running.catch(() => undefined);
      entry.waiting -= 1;
      if (!runs) return { status: 405 };
      return createPlace(entry, runs.port);
    },
    list: () =>
      [...entries.values()].map(({ id, server: runs, places }) => ({
        ...{ id, pid: runs?.pid, connections: places.size },
      })),
    kill: (id) => end(id, "SIGKILL"),
    stop: (id) => end(id, "SIGTERM"),
    async close() {
      await Promise.all([...entries.keys()].map((id) => end(id, "SIGKILL")));
    },
  };
}

function createPlace(entry: Entry, port: number): InstancePlace {
  const place: InstancePlace = {
    ...{ instance: entry.id, port, onKill: undefined },
    release: () => void entry.places.delete(place),
    giveUp() {
      entry.open = false;
      place.release();
    },
  };
  entry.places.add(place);
  return place;
}
