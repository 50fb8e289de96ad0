import { Buffer } from "node:buffer";

/** What `register` is invoked with, as far as it is read; `requestContext` is all that a client brings. */
export interface ApiGatewayRegisterEvent {
  /** Its members have grown over the years; `serviceName` is called `serviceId` by some versions. */
  readonly requestContext: {
    readonly serviceName?: string;
    readonly serviceId?: string;
    readonly stage?: string;
    readonly path?: string;
    readonly requestId?: string;
    readonly sourceIp?: string;
  };
  readonly websocket: {
    readonly action: "connecting";
    readonly secConnectionID: string;
    readonly secWebSocketProtocol?: string | null;
    readonly secWebSocketExtensions?: string | null;
  };
}

/** What `transport` is invoked with. */
export interface ApiGatewayTransportEvent {
  readonly websocket: {
    /** `data recv` is another name for it, found in the vendor's Go library. */
    readonly action: "data send" | "data recv";
    readonly secConnectionID: string;
    /** (Default: `text`) */
    readonly dataType?: "text" | "binary";
    /** The text, or the bytes in base64. */
    readonly data: string;
  };
}

/** What `cleanup` is invoked with. */
export interface ApiGatewayCleanupEvent {
  readonly websocket: { readonly action: "closing"; readonly secConnectionID: string };
}

const MAX_ID_CHARS = 512;

/** Says whether something is the event of a client that arrives. */
export function isRegisterEvent(event: unknown): event is ApiGatewayRegisterEvent {
  if (!hasRequestContext(event)) return false;
  const websocket = websocketOf(event, ["connecting"]);
  if (!websocket) return false;
  const { secWebSocketProtocol: protocol, secWebSocketExtensions: extensions } = websocket;
  return [protocol, extensions].every((value) => typeof (value ?? "") === "string");
}

/** Says whether an event tells of the API that it comes from. */
export function hasRequestContext(event: unknown): boolean {
  return isRecord(event) && isRecord(event.requestContext);
}

/** Says whether something is the event of a message. */
export function isTransportEvent(event: unknown): event is ApiGatewayTransportEvent {
  const websocket = websocketOf(event, ["data send", "data recv"]);
  if (!websocket || typeof websocket.data !== "string") return false;
  return [undefined, "text", "binary"].some((type) => type === websocket.dataType);
}

/** Says whether something is the event of a client that has left. */
export function isCleanupEvent(event: unknown): event is ApiGatewayCleanupEvent {
  return websocketOf(event, ["closing"]) !== undefined;
}

/** What the client offered, trimmed, in order. */
export function subprotocolsOf({ websocket }: ApiGatewayRegisterEvent): string[] {
  const offered = (websocket.secWebSocketProtocol ?? "").split(",").map((name) => name.trim());
  return offered.filter((name) => name !== "");
}

/** What the client sent. */
export function dataOf({
  websocket: { dataType, data },
}: ApiGatewayTransportEvent): string | Uint8Array {
  return dataType === "binary" ? Buffer.from(data, "base64") : data;
}

/** The part about the connection, if it is of one of the actions; its id is opaque. */
function websocketOf(
  event: unknown,
  actions: readonly string[],
): Record<string, unknown> | undefined {
  if (!isRecord(event) || !isRecord(event.websocket)) return undefined;
  const { action, secConnectionID: id } = event.websocket;
  if (typeof action !== "string" || !actions.includes(action)) return undefined;
  if (typeof id !== "string" || id === "" || id.length > MAX_ID_CHARS) return undefined;
  return event.websocket;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
