import { once } from "node:events";
import type { Meter } from "@hubbub/core";
import {
  createLocalTencentGateway,
  type LocalTencentGateway,
  type LocalTencentGatewayOptions,
  type TencentRegisterEvent,
} from "@hubbub/local/tencent";
import { createCountingMeter } from "@hubbub/testing";
import { expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import {
  createPushUrlPusher,
  type PushUrlPusher,
  type PushUrlPusherOptions,
} from "../../src/api-gateway.ts";
import { createProblems, type Problem } from "./problems.ts";

/** A client of a gateway without a chat. */
interface BareClient {
  readonly connectionId: string;
  readonly socket: WebSocket;
  received(): readonly string[];
  drop(): Promise<void>;
}

/** A gateway without a chat, and a pusher to it. */
export interface PusherKit {
  readonly gateway: LocalTencentGateway;
  readonly pusher: PushUrlPusher;
  readonly problems: Problem[];
  readonly meter: ReturnType<typeof createCountingMeter> & Meter;
  connect(): Promise<BareClient>;
}

/** Starts a gateway that admits everybody, and creates a pusher; both end with the test. */
export async function startPusher(
  options: Partial<PushUrlPusherOptions> = {},
  gatewayOptions: Partial<LocalTencentGatewayOptions> = {},
): Promise<PusherKit> {
  const ids = new Map<string, string>();
  const left = new Set<string>();
  const gateway = await createLocalTencentGateway({
    register({ websocket: { secConnectionID, secWebSocketProtocol = "" } }: TencentRegisterEvent) {
      ids.set(secWebSocketProtocol, secConnectionID);
      const websocket = { action: "connecting", secConnectionID, secWebSocketProtocol };
      return { errNo: 0, errMsg: "ok", websocket };
    },
    transport: () => undefined,
    cleanup: ({ websocket }) => void left.add(websocket.secConnectionID),
    ...gatewayOptions,
  });
  onTestFinished(() => gateway.close());
  const { problems, logger } = createProblems();
  const meter = createCountingMeter();
  const pusher = createPushUrlPusher({ url: gateway.pushUrl, logger, meter, ...options });
  onTestFinished(() => pusher.destroy());
  let clients = 0;

  return {
    ...{ gateway, pusher, problems, meter },
    async connect() {
      const name = `client-${clients++}`;
      const received: string[] = [];
      const socket = new WebSocket(gateway.url, [name]);
      socket.on("message", (data) => received.push(String(data)));
      await once(socket, "open");
      const connectionId = ids.get(name) ?? "";
      return {
        ...{ connectionId, socket, received: () => received },
        async drop() {
          socket.close();
          await expect
            .poll(() => left.has(connectionId), { interval: 5, timeout: 5000 })
            .toBe(true);
        },
      };
    },
  };
}
