/** How a platform's gateway behaves, as far as a chat can notice. Sources: the platforms' own pages. */
export interface GatewayManners {
  /**
   * `functions`: each process handles one message at a time, is frozen once it has answered, and ends when
   * the platform likes. `process`: one process holds the sockets, which end with it.
   */
  readonly host: "functions" | "process";
  /** How an answer gets to its sender: with the function's result, as a push, or at once. */
  readonly replies: "result" | "push" | "at-once";
  /** What a push to a dead connection is answered. */
  readonly deadPushes: "gone" | "sent";
  /** Whether the platform fans out by itself. */
  readonly groups: boolean;
  /** Whether the chat hears of a connection's end that the client did not cause. */
  readonly cleanup: "always" | "client-close";
  /** What becomes of the sender when its function fails: it gets a text that is no frame, it is dropped, or nothing. */
  readonly failure: "text" | "drop" | "silence";
  /** After how long a failed invocation is repeated, each time, in milliseconds. */
  readonly retryAfterMs: readonly number[];
  /** How long an invocation may take, in milliseconds; then its process is ended. Infinity: for ever. */
  readonly timeoutMs: number;
  /** The age at which connections are cut, in milliseconds. Infinity: never. */
  readonly maxAgeMs: number;
  /** How long a connection may be silent in both directions, in milliseconds. Infinity: for ever. */
  readonly idleMs: number;
  /** The most bytes of a push. */
  readonly maxBytes: number;
}

/** The platforms that come with the simulator. */
export type GatewayName = "ideal" | "aws" | "tencent-api-gateway" | "azure" | "web-function";

const HOUR_MS = 3_600_000;

/** The manners of each platform. */
export const GATEWAYS: Readonly<Record<GatewayName, GatewayManners>> = {
  ideal: {
    host: "process",
    replies: "at-once",
    deadPushes: "gone",
    groups: false,
    cleanup: "always",
    failure: "silence",
    retryAfterMs: [],
    timeoutMs: Number.POSITIVE_INFINITY,
    maxAgeMs: Number.POSITIVE_INFINITY,
    idleMs: Number.POSITIVE_INFINITY,
    maxBytes: 1_048_576,
  },
  // API Gateway WebSocket: 29 s per invocation, 2 h per connection, 10 min idle, 128 KB per message.
  aws: {
    host: "functions",
    replies: "result",
    deadPushes: "gone",
    groups: false,
    cleanup: "always",
    failure: "text",
    retryAfterMs: [],
    timeoutMs: 29_000,
    maxAgeMs: 2 * HOUR_MS,
    idleMs: 600_000,
    maxBytes: 131_072,
  },
  // A function that fails drops its sender; the clean-up function runs only when the client closes.
  "tencent-api-gateway": {
    host: "functions",
    replies: "push",
    deadPushes: "gone",
    groups: false,
    cleanup: "client-close",
    failure: "drop",
    retryAfterMs: [],
    timeoutMs: 15_000,
    maxAgeMs: Number.POSITIVE_INFINITY,
    idleMs: 600_000,
    maxBytes: 131_072,
  },
  // Web PubSub: group sends, 202 for the dead, failed events are repeated and then drop the connection.
  azure: {
    host: "functions",
    replies: "result",
    deadPushes: "sent",
    groups: true,
    cleanup: "always",
    failure: "drop",
    retryAfterMs: [1000, 3000, 5000],
    timeoutMs: 30_000,
    maxAgeMs: Number.POSITIVE_INFINITY,
    idleMs: Number.POSITIVE_INFINITY,
    maxBytes: 1_048_576,
  },
  // SCF Web Function: the process holds its sockets, and ends with them.
  "web-function": {
    host: "process",
    replies: "at-once",
    deadPushes: "gone",
    groups: true,
    cleanup: "always",
    failure: "silence",
    retryAfterMs: [],
    timeoutMs: Number.POSITIVE_INFINITY,
    maxAgeMs: 2 * HOUR_MS,
    idleMs: 600_000,
    maxBytes: 262_144,
  },
};

/** The names of the platforms. */
export const GATEWAY_NAMES = Object.keys(GATEWAYS) as readonly GatewayName[];
