import type { WebSocketConstructor } from "@hubbub/client";
import type { World } from "./world.ts";

interface SocketEvent {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
}

/** How a connection ends. */
interface Death {
  /** After how many milliseconds the client hears of it; undefined: only by silence. */
  readonly client: number | undefined;
  /** After how many milliseconds the chat hears of it. Empty: never; a platform may tell it twice. */
  readonly server: readonly number[];
  readonly code?: number;
  readonly reason?: string;
}

/** One socket, seen by the platform. */
export interface Link {
  readonly id: string;
  /** Which of the users' it is. */
  readonly owner: number;
  /** Whether the platform holds it as open. */
  readonly up: boolean;
  /** When something last went through it. */
  readonly activeAt: number;
  deliver(text: string, ms: number, how: string): void;
  die(death: Death): void;
}

/** What the platform does for a socket. */
export interface LinkEvents {
  /** Somebody arrives; false refuses. */
  arrive(link: Link, subprotocols: readonly string[]): Promise<boolean>;
  /** It is open now. */
  opened(link: Link): void;
  message(link: Link, text: string): void;
  /** It ended: the chat is to be told after `ms`. */
  left(link: Link, ms: number, byClient: boolean): void;
  /** Something reached the client. */
  seen(link: Link, text: string): void;
  /** The client sent something. */
  sent(link: Link, text: string): void;
}

type Listener = (event: SocketEvent) => void;

/** Makes the WebSocket class of one client; every socket that it makes is put into `links`. */
export function createSocketClass(
  { clock, wayMs, trace }: World,
  owner: number,
  platform: LinkEvents,
  links: Map<string, Link>,
): WebSocketConstructor {
  class SimulatedSocket implements Link {
    readonly id = `c${owner}-${links.size + 1}`;
    readonly owner = owner;
    up = false;
    activeAt = clock.now();
    readonly #listeners = new Map<string, Listener[]>();
    #hears = true;
    #told = false;

    constructor(_url: string, subprotocols: readonly string[]) {
      links.set(this.id, this);
      clock.setTimer(wayMs(), () => void this.#arrive(subprotocols));
    }

    async #arrive(subprotocols: readonly string[]): Promise<void> {
      trace(() => `${this.id} connects`);
      if (!this.#hears) return;
      const accepted = await platform.arrive(this, subprotocols);
      if (!accepted) return this.#end(1006, "");
      if (!this.#hears) return this.#leave(wayMs());
      this.up = true;
      platform.opened(this);
      clock.setTimer(wayMs(), () => this.#hears && this.#emit("open", {}));
    }

    #emit(type: string, event: Partial<SocketEvent>): void {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as SocketEvent);
    }

    deliver(text: string, ms: number, how: string): void {
      clock.setTimer(ms, () => {
        if (!this.#hears || !this.up) return;
        trace(() => `${this.id} « ${how} ${text}`);
        this.activeAt = clock.now();
        platform.seen(this, text);
        this.#emit("message", { data: text });
      });
    }

    #end(code: number, reason: string): void {
      if (!this.#hears) return;
      this.#hears = false;
      trace(() => `${this.id} closed ${code} ${reason}`);
      this.#emit("error", {});
      this.#emit("close", { code, reason });
    }

    #leave(ms: number): void {
      if (this.#told) return;
      this.#told = true;
      platform.left(this, ms, true);
    }

    die({ client, server, code = 1006, reason = "" }: Death): void {
      if (!this.up) return;
      this.up = false;
      trace(() => `${this.id} dies: the chat is told ${server.length} times, the client ${client}`);
      if (client !== undefined) clock.setTimer(client, () => this.#end(code, reason));
      if (!this.#told) for (const ms of server) platform.left(this, ms, false);
      this.#told = true;
    }

    addEventListener(type: string, listener: Listener): void {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    }

    send(text: string): void {
      if (!this.#hears) return;
      trace(() => `${this.id} » ${text}`);
      platform.sent(this, text);
      this.activeAt = clock.now();
      if (this.up) platform.message(this, text);
    }

    close(code?: number): void {
      trace(() => `${this.id} closes ${code}`);
      this.#hears = false;
      if (!this.up) return;
      clock.setTimer(wayMs(), () => {
        this.up = false;
        this.#leave(0);
      });
    }
  }
  return SimulatedSocket as unknown as WebSocketConstructor;
}
