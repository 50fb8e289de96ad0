import { randomBytes } from "node:crypto";

/** How a client talks to one of the servers. */
export interface Dialect {
  readonly name: string;
  /** The server's module, relative to the folder above. */
  readonly module: string;
  url(port: number): string;
  readonly subprotocol?: string;
  /** Sent when the socket is open. */
  readonly greeting?: () => string;
  /** True for the message that says that the client is in the room. */
  isReady(text: string): boolean;
  /** How many deliveries a message holds. */
  deliveries(text: string): number;
  /** An answer that the server needs to go on, such as a pong. */
  answer?(text: string): string | undefined;
  /** A message that publishes. */
  publish(body: string): string;
}

/** A bare `ws` server that sends what it gets to all others. */
export const bareWs: Dialect = {
  name: "ws send loop",
  module: "./node-fanout/ws-server.ts",
  url: (port) => `ws://127.0.0.1:${port}/`,
  isReady: () => true,
  deliveries: () => 1,
  publish: (body) => body,
};

/** Socket.IO on WebSocket alone, spoken by hand so that all clients cost the same. */
export const socketIo: Dialect = {
  name: "socket.io 4.8.4",
  module: "./node-fanout/socket-io-server.ts",
  url: (port) => `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
  greeting: () => "40",
  isReady: (text) => text.startsWith("40"),
  deliveries: (text) => (text.startsWith("42") ? 1 : 0),
  answer: (text) => (text === "2" ? "3" : undefined),
  publish: (body) => `42["say",{"text":"${body}"}]`,
};

/**
 * Creates hubbub's dialect. It keeps the room's position, which every publish carries.
 *
 * @returns A dialect for clients of one room.
 */
export function createHubbub(): Dialect {
  let position = { epoch: "", seq: 0 };
  let last = { text: "", count: 0 };

  function count(text: string): number {
    const parsed: unknown = JSON.parse(text);
    const frames = (Array.isArray(parsed) ? parsed : [parsed]) as WireFrame[];
    for (const { type, epoch = position.epoch, seq = 0, head = 0 } of frames) {
      const newest = Math.max(seq, head);
      if (type === "joined" || newest > position.seq) position = { epoch, seq: newest };
    }
    return frames.filter(({ type }) => type === "message").length;
  }

  return {
    name: "hubbub",
    module: "./node-fanout/hubbub-server.ts",
    url: (port) => `ws://127.0.0.1:${port}/`,
    subprotocol: "hubbub.v1",
    greeting() {
      const hello = { type: "hello", session: token() };
      return JSON.stringify([hello, { type: "join", room: "bench" }]);
    },
    isReady: (text) => text.includes('"type":"joined"'),
    deliveries(text) {
      // All members of a room get the same text: it is parsed once.
      if (text !== last.text) last = { text, count: count(text) };
      return last.count;
    },
    publish(text) {
      const { epoch, seq: after } = position;
      const place = { room: "bench", event: "say", mid: token(), epoch, after };
      return JSON.stringify({ type: "publish", ...place, data: { text } });
    },
  };
}

interface WireFrame {
  type: string;
  epoch?: string;
  seq?: number;
  head?: number;
}

function token(): string {
  return randomBytes(12).toString("base64url");
}
