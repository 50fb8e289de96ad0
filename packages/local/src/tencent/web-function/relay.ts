import { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";
import type { TimerScope } from "../../shared/timer-scope.ts";
import { type Invocation, statusOf, type TrafficBound } from "./invocation.ts";
import { createTrafficWatch, type WebFunctionTraffic } from "./traffic-watch.ts";

/** What a connection may do. */
export interface RelaySettings {
  clock: TimerScope;
  idleTimeoutMs: number;
  timeoutMs: number;
  traffic: WebFunctionTraffic;
}

type Side = "client" | "server";

const TOO_LONG = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"; // Of `ws`, which reads no more of such a message.
const NO_STATUS = 1005;
const ABNORMAL = 1006;
const MAX_UNSENT_BYTES = 1024 * 1024;

/**
 * Passes everything on between a client and the function's server, in both directions, as long as the
 * platform allows it.
 *
 * @param client The client's socket.
 * @param server The socket to the function.
 * @param settings The platform's bounds.
 * @param invocation What is counted.
 * @param onEnd Called once, when the connection has its status.
 * @returns Cuts the connection, with the status that the platform gives it.
 */
export function relay(
  client: WebSocket,
  server: WebSocket,
  settings: RelaySettings,
  invocation: Invocation,
  onEnd: () => void,
): (status: number) => void {
  const { clock, idleTimeoutMs, timeoutMs, traffic } = settings;
  let lastAt = clock.now();
  let stopIdle: () => void;

  function end(status: number): boolean {
    if (invocation.status !== undefined) return false;
    Object.assign(invocation, { status, endedAt: clock.now() });
    stopAge();
    stopIdle();
    onEnd();
    return true;
  }

  function cut(status: number): void {
    if (!end(status)) return;
    client.terminate();
    server.terminate();
  }

  function breakBound(bound: TrafficBound, by: Side): void {
    if (invocation.status !== undefined) return;
    invocation.broke = { bound, by };
    cut(by === "client" ? 456 : 439);
  }

  function pass(from: WebSocket, to: WebSocket, by: Side): void {
    const check = createTrafficWatch(traffic, clock.now);
    from.on("message", (data, isBinary) => {
      if (invocation.status !== undefined) return;
      lastAt = clock.now();
      invocation[by === "client" ? "received" : "sent"] += 1;
      const bytes = bytesOf(data);
      const bound = check(bytes.length);
      if (bound) return breakBound(bound, by);
      forward(from, to, bytes, isBinary);
    });
    // Protocol pings go all the way, or a dead peer would look alive.
    from.on("ping", (data) => to.ping(data)).on("pong", (data) => to.pong(data));
    from.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === TOO_LONG) breakBound("maxMessageBytes", by); // Else "close" follows.
    });
    from.on("close", (code, reason) => {
      end(statusOf(code, by));
      if (code === ABNORMAL) to.terminate();
      else if (code === NO_STATUS) to.close();
      else to.close(code, reason);
    });
  }

  /** One timer follows the last message instead of one for each. */
  const watchIdle = () => {
    const left = lastAt + idleTimeoutMs - clock.now();
    if (left <= 0) cut(455);
    else stopIdle = clock.setTimer(left, watchIdle);
  };
  stopIdle = clock.setTimer(idleTimeoutMs, watchIdle);
  const stopAge = clock.setTimer(timeoutMs, () => cut(433));
  pass(client, server, "client");
  pass(server, client, "server");
  server.resume();
  return cut;
}

/** A reader that is slower than its peer stops it. */
function forward(from: WebSocket, to: WebSocket, bytes: Buffer, isBinary: boolean): void {
  to.send(bytes, { binary: isBinary }, () => {
    if (from.isPaused && to.bufferedAmount < MAX_UNSENT_BYTES) from.resume();
  });
  if (to.bufferedAmount >= MAX_UNSENT_BYTES) from.pause();
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
