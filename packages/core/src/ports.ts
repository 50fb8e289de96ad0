/** Time, as core sees it. Real in production, virtual in tests. */
export interface Clock {
  /** Current time, in milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Where core and the adapters report what went wrong. Never handed a token or a message body. */
export interface Logger {
  /** Something failed and needs somebody's attention. */
  error(message: string, details?: Record<string, unknown>): void;
  /** Something failed and was repaired or skipped. */
  warn(message: string, details?: Record<string, unknown>): void;
}

/** The kinds of request that cost money or time at a provider. */
export type RequestKind = "read" | "write" | "list" | "push" | "broadcast" | "enqueue";

/** Counts requests to a backend; every adapter reports to one. */
export interface Meter {
  /** Adds `n` requests of a kind. (Default: 1) */
  count(kind: RequestKind, n?: number): void;
}

/** What core needs from its surroundings: it has no timer, clock or randomness of its own. */
export interface Ports {
  /** The clock. */
  clock: Clock;
  /** A number in [0, 1), as `Math.random` gives it. */
  random: () => number;
  /** An unguessable id of at most 64 characters of `[A-Za-z0-9_-]`, such as a UUID. */
  id: () => string;
  /** Where failures are reported. (Default: nowhere) */
  logger?: Logger | undefined;
}
