import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LOOPBACK } from "../../shared/loopback-server.ts";
import { type FunctionProcess, startProcess } from "./function-process.ts";

/** A server that is started as `scf_bootstrap` starts one. */
export interface FunctionCommand {
  /** The program and its arguments. */
  command: readonly string[];
  /** The folder to run it in. (Default: this process's) */
  cwd?: string;
  /**
   * Its environment, beside `PATH` and `HOME` of this process, `HOST` and `PORT`: on this machine not all instances
   * can listen on 9000. (Default: nothing more)
   */
  env?: Readonly<Record<string, string>>;
  /**
   * Where it listens, if it takes no `PORT`: 9000, as on SCF. Two instances cannot, so there is one at a time.
   * (Default: a free one, which `PORT` names)
   */
  port?: number;
}

/** A server in this process, or one that runs already. */
export interface StartedServer {
  port: number;
  /** Called when its instance ends. (Default: nothing) */
  close?: () => Promise<void>;
}

/** How an instance of the function comes to its server. */
export type FunctionServer = FunctionCommand | (() => Promise<StartedServer>);

/** The server of an instance, listening. */
export interface RunningServer {
  readonly port: number;
  /** The process's id; undefined for a server in this process. */
  readonly pid: number | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** SIGTERM lets it drain, SIGKILL does not. A server in this process is closed in both cases. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

const POLL_MS = 25;

/**
 * Starts the server of an instance and waits until it listens.
 *
 * @param server What to start.
 * @param initTimeoutMs How long that may take.
 * @param signal Gives it up.
 * @throws Error if it ends or does not listen in time; the platform calls it a failed bootstrap.
 */
export async function startFunctionServer(
  server: FunctionServer,
  initTimeoutMs: number,
  signal: AbortSignal,
): Promise<RunningServer> {
  if (typeof server === "function") return startHere(server);
  return startChild(server, initTimeoutMs, signal);
}

async function startHere(start: () => Promise<StartedServer>): Promise<RunningServer> {
  const { port, close } = await start();
  let markEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });
  return {
    ...{ port, pid: undefined, ended },
    async stop() {
      await close?.();
      markEnded();
    },
  };
}

async function startChild(
  { command, cwd, env, port: own }: FunctionCommand,
  initTimeoutMs: number,
  signal: AbortSignal,
): Promise<RunningServer> {
  const port = own ?? (await freePort());
  if (own !== undefined && (await listens(own))) throw new Error(`port ${own} is in use`);
  const { PATH = "", HOME = "" } = process.env;
  const child = startProcess(command, cwd, {
    ...{ PATH, HOME, ...env, HOST: LOOPBACK, PORT: String(port) },
  });
  try {
    await untilItListens(port, child, initTimeoutMs, signal);
  } catch (error) {
    await child.stop("SIGKILL");
    throw error;
  }
  const { pid, ended, stop } = child;
  return { port, pid, ended, stop };
}

async function untilItListens(
  port: number,
  child: FunctionProcess,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const until = performance.now() + timeoutMs; performance.now() < until; ) {
    signal.throwIfAborted();
    const failure = child.failure();
    if (failure) throw failure;
    if (await listens(port)) return;
    await sleep(POLL_MS);
  }
  const remedy = "one that takes no PORT needs the option server.port";
  throw new Error(`nothing listened on port ${port} within ${timeoutMs} ms; ${remedy}`);
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, LOOPBACK);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
