import { Buffer } from "node:buffer";
import type { TencentPushRequest } from "./gateway-faults.ts";

/** A request to the push URL that can be followed. */
export interface ReadPush extends TencentPushRequest {
  /** What to send; undefined closes the connection. */
  message: string | Buffer | undefined;
}

const BASE64 = /^[\w+/-]*={0,2}$/;

/**
 * Reads the body of a request to the push URL.
 *
 * @returns Undefined if it is malformed.
 */
export function readPushRequest(body: Buffer): ReadPush | undefined {
  const { websocket }: { websocket?: unknown } = Object(parse(body.toString()));
  if (typeof websocket !== "object" || websocket === null) return undefined;
  const { action, secConnectionID, dataType, data }: Record<string, unknown> = { ...websocket };
  if (typeof secConnectionID !== "string") return undefined;
  if (action === "closing") return { action, secConnectionID, message: undefined };
  if (action !== "data send" || typeof data !== "string") return undefined;
  if (dataType === "text") return { action, secConnectionID, message: data };
  if (dataType !== "binary" || !BASE64.test(data)) return undefined;
  return { action, secConnectionID, message: Buffer.from(data, "base64") };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
