/** The part of a WebSocket that the client uses. */
export interface WebSocketLike {
  addEventListener(type: "open" | "error", listener: () => void): void;
  /** Data that is no text is ignored. */
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** A WebSocket class: the browser's, Node's (from 22 on), or that of `ws`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** What the client needs from outside. */
export interface Ports {
  /** The WebSocket class. */
  readonly WebSocket: WebSocketConstructor;
  /** From 0 up to, not including, 1. The session and message ids are made with it. */
  readonly random: () => number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls `run` once, after `ms` milliseconds, unless the answered function is called before. */
  readonly setTimer: (ms: number, run: () => void) => () => void;
}

/** Sessions tell who an anonymous user is, so they must not be guessable. */
export const secureRandom = (): number =>
  (crypto.getRandomValues(new Uint32Array(1))[0] as number) / 2 ** 32;

export const setTimer = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1)); // More would fire at once.
  return () => clearTimeout(timer);
};

/** 25 characters of `[a-z0-9]`: 129 bits. */
export const randomId = (random: () => number): string =>
  Array.from({ length: 25 }, () => Math.floor(random() * 36).toString(36)).join("");
