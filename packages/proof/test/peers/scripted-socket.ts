import type { WebSocketConstructor } from "@hubbub/client";
import type { VirtualClock } from "@hubbub/testing";

/** A frame, as it is on the wire. */
export type Frame = Record<string, unknown> & { readonly type: string };

/** Who hears of a broken connection, and when. */
interface Cut {
  /** After how many milliseconds the client does. (Default: 5) */
  readonly clientMs?: number | "never";
  /** After how many milliseconds the chat does, each time. (Default: once, after 5) */
  readonly chatMs?: readonly number[];
  /** The close code that the client is given. (Default: 1006) */
  readonly code?: number;
}

/** One socket, held by the test. */
export interface Line {
  readonly connectionId: string;
  readonly url: string;
  /** When the client asked for it, in milliseconds since the Unix epoch. */
  readonly askedAt: number;
  /** Whether the gateway holds it as open. */
  readonly up: boolean;
  /** When something last went through it, in milliseconds since the Unix epoch. */
  readonly activeAt: number;
  /** The frames that the client sent. */
  readonly sent: readonly Frame[];
  /** The frames that reached the client. */
  readonly got: readonly Frame[];
  /** The gateway lets it in. */
  open(): void;
  refuse(): void;
  deliver(text: string): void;
  /** The connection ends, and the gateway knows. */
  cut(how?: Cut): void;
  /** The cable is pulled: nothing goes through any more, and nobody is told. */
  unplug(): void;
}

/** What the gateway does for a socket. */
export interface GatewayEnd {
  arrived(line: Line, subprotocols: readonly string[]): void;
  received(line: Line, text: string): void;
  /** The chat is to be told of its end. */
  left(line: Line): void;
}

interface SocketEvent {
  readonly data: string;
  readonly code: number;
  readonly reason: string;
}

/** How long anything takes through the network, in milliseconds. */
const WAY_MS = 5;

const framesOf = (text: string): Frame[] => [JSON.parse(text)].flat();

/** Makes the WebSocket class of one client; its sockets are put into `lines`. */
export function createScriptedSocket(
  clock: VirtualClock,
  gateway: GatewayEnd,
  lines: Line[],
  user: string,
): WebSocketConstructor {
  return class ScriptedSocket implements Line {
    readonly connectionId: string = `${user}-${lines.length + 1}`;
    readonly url: string;
    readonly askedAt: number = clock.now();
    readonly sent: Frame[] = [];
    readonly got: Frame[] = [];
    up = false;
    activeAt: number = clock.now();
    readonly #listeners = new Map<string, ((event: SocketEvent) => void)[]>();
    #isPlugged = true;
    #hasEnded = false; // For the client.

    constructor(url: string, subprotocols: string[]) {
      this.url = url;
      lines.push(this);
      clock.setTimer(WAY_MS, () => gateway.arrived(this, subprotocols));
    }

    addEventListener(type: string, listener: (event: SocketEvent) => void): void {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    }

    #emit(type: string, event: Partial<SocketEvent>): void {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as SocketEvent);
    }

    #end(code: number): void {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#emit("error", {});
      this.#emit("close", { code, reason: "" });
    }

    open(): void {
      this.up = true;
      clock.setTimer(WAY_MS, () => this.#hasEnded || this.#emit("open", {}));
    }

    refuse(): void {
      clock.setTimer(WAY_MS, () => this.#end(1006));
    }

    deliver(text: string): void {
      clock.setTimer(WAY_MS, () => {
        if (this.#hasEnded || !this.#isPlugged || !this.up) return;
        this.activeAt = clock.now();
        this.got.push(...framesOf(text));
        this.#emit("message", { data: text });
      });
    }

    cut({ clientMs = WAY_MS, chatMs = [WAY_MS], code = 1006 }: Cut = {}): void {
      if (!this.up) return;
      this.up = false;
      if (clientMs !== "never" && this.#isPlugged) {
        clock.setTimer(clientMs, () => this.#end(code));
      }
      for (const ms of chatMs) clock.setTimer(ms, () => gateway.left(this));
    }

    unplug(): void {
      this.#isPlugged = false;
    }

    send(text: string): void {
      if (this.#hasEnded) return;
      this.sent.push(...framesOf(text));
      clock.setTimer(WAY_MS, () => {
        if (!this.up || !this.#isPlugged) return;
        this.activeAt = clock.now();
        gateway.received(this, text);
      });
    }

    close(): void {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      clock.setTimer(WAY_MS, () => {
        if (this.up && this.#isPlugged) this.cut();
      });
    }
  } as unknown as WebSocketConstructor;
}
