import { Buffer } from "node:buffer";

/** The body of a request to a push URL. */
export interface PushUrlBody {
  readonly text: string;
  readonly bytes: number;
}

const CLOSING = '{"websocket":{"action":"closing","secConnectionID":';
const SEND = '{"websocket":{"action":"data send","secConnectionID":';
const TEXT = ',"dataType":"text","data":';
const END = "}}";

/** Writes what asks the gateway to close a connection. */
export function closingBody(secConnectionID: string): PushUrlBody {
  const text = `${CLOSING}${JSON.stringify(secConnectionID)}${END}`;
  return { text, bytes: Buffer.byteLength(text) };
}

/** Creates what writes messages: a fan-out's text is encoded once, not for every member. */
export function createSendBodies(): (secConnectionID: string, data: string) => PushUrlBody {
  let last: string | undefined;
  let encoded = "";
  let bytes = 0;
  return (secConnectionID, data) => {
    if (data !== last) {
      encoded = `${TEXT}${JSON.stringify(data)}${END}`;
      bytes = Buffer.byteLength(encoded);
      last = data;
    }
    const begin = `${SEND}${JSON.stringify(secConnectionID)}`;
    return { text: begin + encoded, bytes: Buffer.byteLength(begin) + bytes };
  };
}
