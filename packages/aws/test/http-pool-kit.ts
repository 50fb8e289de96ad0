import { createVirtualClock, type VirtualClock } from "@hubbub/testing";
import { onTestFinished } from "vitest";
import { createHttpPool, type HttpPool } from "../src/http-pool.ts";
import {
  loopbackCertificate,
  response,
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from "./http-scripted-server.ts";

/** How long the kit's requests wait, in milliseconds. */
export const TIMEOUT_MS = 3000;

/** A request to a path. */
const request = (name: string) => `POST /${name} HTTP/1.1\r\ncontent-length: 2\r\n\r\nhi`;
/** A pool and the server that it speaks to. */
export interface PoolKit {
  server: ScriptedServer;
  pool: HttpPool;
  clock: VirtualClock;
  send(name?: string, usedAfter?: number): Promise<string>;
}

/** What differs from a pool of four connections over TCP. */
export interface PoolKitOptions {
  secure?: boolean;
  maxSockets?: number;
  idleMs?: number;
  hostname?: string;
  ca?: Buffer | undefined;
}

/** Sets up a pool and its server; both end with the test. */
export async function setUpPool(
  answer: (request: SeenRequest, index: number) => void,
  options: PoolKitOptions = {},
): Promise<PoolKit> {
  const { secure = false, maxSockets = 4, idleMs = 10_000, hostname = "127.0.0.1" } = options;
  const { ca = loopbackCertificate } = "ca" in options ? { ca: options.ca ?? "" } : {};
  const server = await startScriptedServer(answer, { secure });
  const clock = createVirtualClock();
  const target = { hostname, port: server.port, secure, ...(ca !== "" && { ca }) };
  const pool = createHttpPool({ target, maxSockets, idleMs, clock });
  onTestFinished(() => pool.destroy());
  const send = async (name = "a", usedAfter = 0) => {
    const deadlineAt = clock.now() + TIMEOUT_MS;
    const { status, bytes } = await pool.request(request(name), { deadlineAt, usedAfter });
    return `${status} ${bytes}`.trim();
  };
  return { server, pool, clock, send };
}

/** Answers with the request's own path. */
export function echo(seen: SeenRequest): void {
  seen.write(response(200, seen.path));
}
