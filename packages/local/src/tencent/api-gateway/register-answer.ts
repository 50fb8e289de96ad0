/** A client that may come in, with the one subprotocol that was chosen. */
export interface Admission {
  subprotocol: string | undefined;
}

/** Why an answer lets nobody in. */
export interface Refusal {
  /** Absent if the answer is malformed. */
  errNo?: number;
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/; // RFC 9110, section 5.6.2: one subprotocol's name, no list.

/**
 * Reads what `register` answered: `{ errNo, errMsg, websocket: { action, secConnectionID, … } }`.
 *
 * @param value The answer.
 * @param secConnectionID Whom it is about.
 */
export function readRegisterAnswer(value: unknown, secConnectionID: string): Admission | Refusal {
  if (!isRecord(value) || typeof value.errMsg !== "string") return {};
  const { errNo, websocket } = value;
  if (typeof errNo !== "number" || !Number.isInteger(errNo)) return {};
  if (errNo !== 0) return { errNo };
  if (!isRecord(websocket) || websocket.action !== "connecting") return {};
  if (websocket.secConnectionID !== secConnectionID) return {};
  const { secWebSocketProtocol: protocol = "", secWebSocketExtensions: extensions = "" } =
    websocket;
  if (typeof protocol !== "string" || typeof extensions !== "string") return {};
  if (protocol !== "" && !TOKEN.test(protocol)) return {};
  if (extensions.includes(",")) return {};
  return { subprotocol: protocol === "" ? undefined : protocol };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
