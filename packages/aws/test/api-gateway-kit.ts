import {
  type CountingMeter,
  createCountingMeter,
  createVirtualClock,
  type VirtualClock,
} from "@hubbub/testing";
import { onTestFinished } from "vitest";
import { type ApiGatewayPusher, createApiGatewayPusher } from "../src/api-gateway-pusher.ts";
import type { ApiGatewayPusherOptions } from "../src/api-gateway-pusher-options.ts";
import {
  type ScriptedServer,
  type SeenRequest,
  startScriptedServer,
} from "./http-scripted-server.ts";

/** A connection id as the gateway gives it out, and as it is sent. */
export const ID = "L0SM9cOFvHcCIhw=";
/** The path of its connection. */
export const PATH = "/prod/@connections/L0SM9cOFvHcCIhw%3D";

/** A pusher and the server that it pushes to. */
export interface PusherKit {
  readonly server: ScriptedServer;
  readonly pusher: ApiGatewayPusher;
  readonly clock: VirtualClock;
  readonly meter: CountingMeter;
}

/** Sets up a pusher and a server; both end with the test. */
export async function setUpPusher(
  answer: (request: SeenRequest, index: number) => void,
  options: Partial<ApiGatewayPusherOptions> = {},
): Promise<PusherKit> {
  const server = await startScriptedServer(answer);
  const clock = createVirtualClock({ startAt: Date.now() }); // The SDK's clock is the real one.
  const meter = createCountingMeter();
  const pusher = createApiGatewayPusher({
    endpoint: `${server.origin}/prod`,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
    clock,
    random: () => 0.5,
    meter,
    ...options,
  });
  onTestFinished(() => pusher.destroy());
  return { server, pusher, clock, meter };
}

/** Moves time on, a little at a time, until something has settled. */
export async function settle<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  const done = promise.finally(() => {
    settled = true;
  });
  done.catch(() => undefined); // It is handed on below.
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.pendingTimers > 0) await clock.advance(10);
  }
  return done;
}
