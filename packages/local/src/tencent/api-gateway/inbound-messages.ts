import { Buffer } from "node:buffer";
import type { RawData } from "ws";
import type { TencentTransportEvent } from "./gateway-events.ts";
import type { Invoker } from "./invoker.ts";
import type { OpenConnection, OpenConnections } from "./open-connections.ts";

const NO_CLOSE_FRAME = 1006;

/**
 * Creates the function that reads what a client sends: each message invokes `transport` at once, so
 * that those of one client run side by side, and a close frame invokes `cleanup`.
 */
export function createInboundMessages(
  connections: OpenConnections,
  invoker: Invoker,
): (connection: OpenConnection) => void {
  async function hand(connection: OpenConnection, event: TencentTransportEvent): Promise<void> {
    const { type } = await invoker.invoke("transport", event);
    if (type === "failed" || type === "timed-out") connections.cut(connection);
  }

  return (connection) => {
    const { ws, id: secConnectionID } = connection;
    ws.on("message", (data, isBinary) => {
      if (!connections.get(secConnectionID)) return;
      connections.touch(connection);
      const bytes = bytesOf(data);
      const content = isBinary
        ? ({ dataType: "binary", data: bytes.toString("base64") } as const)
        : ({ dataType: "text", data: bytes.toString() } as const);
      void hand(connection, { websocket: { action: "data send", secConnectionID, ...content } });
    });
    ws.on("error", () => connections.ended(connection)); // `ws` has closed it: it broke the protocol.
    ws.on("close", (code) => {
      // Whoever else ended it, and a network that did, is no client that closed.
      if (!connections.ended(connection) || code === NO_CLOSE_FRAME) return;
      void invoker.invoke("cleanup", { websocket: { action: "closing", secConnectionID } });
    });
  };
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
