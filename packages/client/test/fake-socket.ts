/** What a socket's events carry. */
interface SocketEvent {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
}

/** A frame, as it is on the wire. */
export type Frame = Record<string, unknown> & { type: string };

/** The other end of a client's WebSocket. */
export interface FakeSocket {
  readonly url: string;
  readonly protocols: string[];
  /** What the client sent, message by message. */
  readonly messages: Frame[][];
  /** What the client closed with; undefined while it did not. */
  closedWith: number | string | undefined;
  open(): void;
  /** Sends one frame, or several as one message. */
  push(...frames: unknown[]): void;
  raw(data: unknown): void;
  drop(code?: number, reason?: string): void;
}

export type SocketClass = new (
  url: string,
  protocols: string[],
) => {
  addEventListener(type: string, listener: (event: SocketEvent) => void): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
};

/** Makes a WebSocket class whose sockets do only what they are told. */
export function createSocketClass(
  onCreate: (socket: FakeSocket) => void,
  onMessage: (socket: FakeSocket, frames: Frame[]) => void,
): SocketClass {
  return class {
    readonly listeners = new Map<string, ((event: SocketEvent) => void)[]>();
    readonly fake: FakeSocket;

    constructor(url: string, protocols: string[]) {
      const { listeners } = this;
      const emit = (type: string, event: Partial<SocketEvent>) => {
        for (const listener of listeners.get(type) ?? []) listener(event as SocketEvent);
      };
      this.fake = {
        url,
        protocols,
        messages: [],
        closedWith: undefined,
        open: () => emit("open", {}),
        push: (...frames) =>
          emit("message", { data: JSON.stringify(frames.length > 1 ? frames : frames[0]) }),
        raw: (data) => emit("message", { data }),
        drop(code = 1006, reason = "") {
          this.closedWith ??= "dropped";
          if (!listeners.has("error")) throw new Error("Unhandled error event"); // As ws does.
          emit("error", {});
          emit("close", { code, reason });
        },
      };
      onCreate(this.fake);
    }

    addEventListener(type: string, listener: (event: SocketEvent) => void): void {
      this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
    }

    send(data: string): void {
      if (this.fake.closedWith) return; // As a browser does.
      const message: unknown = JSON.parse(data);
      const frames = (Array.isArray(message) ? message : [message]) as Frame[];
      this.fake.messages.push(frames);
      onMessage(this.fake, frames);
    }

    close(code?: number): void {
      this.fake.closedWith ??= code ?? "closed";
    }
  };
}
