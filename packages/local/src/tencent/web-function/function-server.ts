import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LOOPBACK } from "../../shared/loopback-server.ts";

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
 * @throws Error if it ends or does not listen in time; the platform calls it a failed bootstrap.
 */
export async function startFunctionServer(
  server: FunctionServer,
  initTimeoutMs: number,
): Promise<RunningServer> {
  return typeof server === "function" ? startHere(server) : startChild(server, initTimeoutMs);
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
  { command: [program = "", ...args], cwd, env }: FunctionCommand,
  initTimeoutMs: number,
): Promise<RunningServer> {
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH, HOME, ...env, HOST: LOOPBACK, PORT: String(port) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  try {
    await untilItListens(port, child, initTimeoutMs);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    ...{ port, pid: child.pid, ended },
    async stop(signal) {
      if (hasEnded(child)) return;
      child.kill(signal);
      await ended;
    },
  };
}

async function untilItListens(port: number, child: ChildProcess, timeoutMs: number): Promise<void> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  for (const until = performance.now() + timeoutMs; performance.now() < until; ) {
    if (failure) throw failure;
    if (hasEnded(child)) throw new Error(`the server ended with ${child.exitCode}`);
    if (await listens(port)) return;
    await sleep(POLL_MS);
  }
  throw new Error(`nothing listened on the port within ${timeoutMs} ms`);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
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
