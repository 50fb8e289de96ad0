import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import {
  createLocalTencentGateway,
  type LocalTencentGateway,
  type LocalTencentGatewayOptions,
  type TencentGatewayEvent,
  type TencentRegisterEvent,
} from "../src/tencent.ts";

/** Answers `register` as the contract wants it. */
export function admit(
  { websocket: { secConnectionID } }: Pick<TencentRegisterEvent, "websocket">,
  more: object = {},
): object {
  const websocket = { action: "connecting", secConnectionID, secWebSocketExtensions: "", ...more };
  return { errNo: 0, errMsg: "ok", websocket };
}

/** Starts a gateway that ends with the test; its functions keep their events, and admit everybody. */
export async function startTencent(
  options: Partial<LocalTencentGatewayOptions> = {},
): Promise<LocalTencentGateway & { events: TencentGatewayEvent[] }> {
  const events: TencentGatewayEvent[] = [];
  const keep = async (event: TencentGatewayEvent) => void events.push(event);
  const gateway = await createLocalTencentGateway({
    register: (event: TencentRegisterEvent) => {
      events.push(event);
      return admit(event);
    },
    ...{ transport: keep, cleanup: keep, logger: { error: () => undefined } },
    ...options,
  });
  onTestFinished(() => gateway.close());
  return Object.assign(gateway, { events });
}

/** Posts to the push URL. */
export async function push(
  { pushUrl }: Pick<LocalTencentGateway, "pushUrl">,
  websocket: object,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(pushUrl, { method: "POST", body: JSON.stringify({ websocket }) });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** The status with which an upgrade is refused. */
export async function refusedStatus(url: string, protocols: string[] = []): Promise<number> {
  const ws = new WebSocket(url, protocols);
  ws.on("error", () => undefined);
  const refused = once(ws, "unexpected-response") as Promise<[unknown, IncomingMessage]>;
  const opened = once(ws, "open").then(() => Promise.reject(new Error("it was not refused")));
  const [, response] = await Promise.race([refused, opened]);
  response.resume();
  return response.statusCode ?? 0;
}

/** Lets everything that is under way settle until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
