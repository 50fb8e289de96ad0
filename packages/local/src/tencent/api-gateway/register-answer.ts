/** A client that may come in, with the one subprotocol that was chosen. */
export interface Admission {
  subprotocol: string | undefined;
}

/** Why an answer lets nobody in. */
export type Refusal = { errNo: number } | { malformed: string };

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/; // RFC 9110, section 5.6.2: one subprotocol's name, no list.

/**
 * Reads what `register` answered: `{ errNo, errMsg, websocket: { action, secConnectionID, … } }`.
 *
 * @param value The answer.
 * @param secConnectionID Whom it is about.
 */
export function readRegisterAnswer(value: unknown, secConnectionID: string): Admission | Refusal {
  if (!isRecord(value)) return { malformed: "it must be an object" };
  const { errNo, errMsg, websocket } = value;
  if (!Number.isInteger(errNo)) return { malformed: "errNo must be a whole number" };
  if (typeof errMsg !== "string") return { malformed: "errMsg must be a string" };
  if (errNo !== 0) return { errNo: Number(errNo) };
  return isRecord(websocket)
    ? readWebSocket(websocket, secConnectionID)
    : { malformed: "websocket must be an object" };
}

function readWebSocket(
  websocket: Record<string, unknown>,
  secConnectionID: string,
): Admission | Refusal {
  if (websocket.action !== "connecting") return { malformed: "action must be connecting" };
  if (websocket.secConnectionID !== secConnectionID) {
    return { malformed: "secConnectionID must be the event's" };
  }
  // What a function in Python leaves out is null.
  const protocol = websocket.secWebSocketProtocol ?? "";
  const extensions = websocket.secWebSocketExtensions ?? "";
  if (protocol !== "" && !(typeof protocol === "string" && TOKEN.test(protocol))) {
    return { malformed: "secWebSocketProtocol must name one subprotocol, or none" };
  }
  if (typeof extensions !== "string" || extensions.includes(",")) {
    return { malformed: "secWebSocketExtensions must name one extension, or none" };
  }
  return { subprotocol: protocol === "" ? undefined : protocol };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
