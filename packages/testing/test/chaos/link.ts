import type { World } from "./world.ts";

interface SocketEvent {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
}

/** How a socket dies. */
interface Death {
  /** When the client hears of it; undefined: only by silence. */
  readonly client: number | undefined;
  /** When the server hears of it. Empty: never; a platform may tell it twice. */
  readonly server: readonly number[];
}

/** One socket, seen from above. */
export interface Link {
  readonly id: string;
  readonly owner: number;
  /** Whether the platform holds it as open. */
  up: boolean;
  deliver(text: string, ms: number, how: string): void;
  closeByServer(code: number, reason: string): void;
  kill(death: Death): void;
}

/** What the platform does for a socket. */
export interface Platform {
  arrive(link: Link, protocols: string[]): Promise<boolean>;
  message(link: Link, text: string): void;
  left(link: Link, ms: number): void;
  /** Something reached the client. */
  seen(link: Link, text: string): void;
  sent(link: Link, text: string): void;
}

type Listener = (event: SocketEvent) => void;

/** Makes the WebSocket class of one client. */
export function createSocketClass(
  world: World,
  owner: number,
  platform: Platform,
  links: Map<string, Link>,
): new (
  url: string,
  protocols: string[],
) => {
  addEventListener(type: string, listener: Listener): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
} {
  const { clock, wayMs, trace } = world;
  return class {
    readonly #listeners = new Map<string, Listener[]>();
    #hears = true;
    #left = false;
    readonly #link: Link;

    constructor(_url: string, protocols: string[]) {
      const id = `c${owner}-${links.size + 1}`;
      this.#link = {
        id,
        owner,
        up: false,
        deliver: (text, ms, how) => void clock.setTimer(ms, () => this.#take(text, how)),
        closeByServer: (code, reason) => {
          const way = wayMs();
          this.kill({ client: way, server: [way] }, code, reason);
        },
        kill: (death) => this.kill(death),
      };
      links.set(id, this.#link);
      clock.setTimer(wayMs(), () => void this.#arrive(protocols));
    }

    async #arrive(protocols: string[]): Promise<void> {
      const link = this.#link;
      trace(() => `${link.id} connects`);
      if (!this.#hears) return;
      const accepted = await platform.arrive(link, protocols);
      if (!accepted) return this.#end(1006, "");
      if (!this.#hears) return this.#leave(wayMs());
      link.up = true;
      clock.setTimer(wayMs(), () => this.#hears && this.#emit("open", {}));
    }

    #emit(type: string, event: Partial<SocketEvent>): void {
      for (const listener of this.#listeners.get(type) ?? []) listener(event as SocketEvent);
    }

    #take(text: string, how: string): void {
      if (!this.#hears || !this.#link.up) return;
      trace(() => `${this.#link.id} « ${how} ${text}`);
      platform.seen(this.#link, text);
      this.#emit("message", { data: text });
    }

    #end(code: number, reason: string): void {
      if (!this.#hears) return;
      this.#hears = false;
      trace(() => `${this.#link.id} closed ${code} ${reason}`);
      this.#emit("error", {});
      this.#emit("close", { code, reason });
    }

    #leave(ms: number): void {
      if (this.#left) return;
      this.#left = true;
      platform.left(this.#link, ms);
    }

    kill({ client, server }: Death, code = 1006, reason = ""): void {
      if (!this.#link.up) return;
      this.#link.up = false;
      trace(() => `${this.#link.id} dies, server told ${server.length} times, client ${client}`);
      if (client !== undefined) clock.setTimer(client, () => this.#end(code, reason));
      if (!this.#left) for (const ms of server) platform.left(this.#link, ms);
      this.#left = true;
    }

    addEventListener(type: string, listener: Listener): void {
      this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    }

    send(text: string): void {
      if (!this.#hears) return;
      trace(() => `${this.#link.id} » ${text}`);
      platform.sent(this.#link, text);
      if (this.#link.up) platform.message(this.#link, text);
    }

    close(code?: number): void {
      trace(() => `${this.#link.id} closes ${code}`);
      this.#hears = false;
      if (!this.#link.up) return;
      const up = () => {
        this.#link.up = false;
        this.#leave(0);
      };
      clock.setTimer(wayMs(), up);
    }
  };
}
