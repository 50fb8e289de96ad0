import type { WebSocketConstructor, WebSocketLike } from "@hubbub/client";

/** A frame that the client sent. */
export type SentFrame = Readonly<Record<string, unknown>> & { readonly type: string };

interface SocketEvent {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
}

/** The other end of a client's WebSocket. */
export interface FakeSocket {
  /** What the client has sent and nobody has taken yet. */
  readonly sent: SentFrame[];
  /** Whether the client has closed it. */
  closed: boolean;
  emit(type: "open" | "error" | "message" | "close", event?: Partial<SocketEvent>): void;
}

/** Makes a WebSocket class; `onCreate` gets the other end of each socket. */
export function createFakeSocketClass(
  onCreate: (socket: FakeSocket) => void,
): WebSocketConstructor {
  return class implements WebSocketLike {
    readonly listeners = new Map<string, ((event: SocketEvent) => void)[]>();
    readonly end: FakeSocket;

    constructor() {
      this.end = {
        sent: [],
        closed: false,
        emit: (type, event = {}) => {
          for (const listener of this.listeners.get(type) ?? []) listener(event as SocketEvent);
        },
      };
      onCreate(this.end);
    }

    addEventListener(type: string, listener: (event: SocketEvent) => void): void {
      this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
    }

    send(data: string): void {
      const value: SentFrame | SentFrame[] = JSON.parse(data);
      this.end.sent.push(...(Array.isArray(value) ? value : [value]));
    }

    close(): void {
      this.end.closed = true;
    }
  };
}
