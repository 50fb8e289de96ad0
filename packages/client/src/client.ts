import { NAMELESS } from "./client-frames.ts";
import type { Client, ClientEnding, ClientOptions, JoinOptions } from "./client-types.ts";
import { close, connect, connectLater, settle } from "./connector.ts";
import { type Context, connectionsOf } from "./context.ts";
import { createEmitter } from "./emitter.ts";
import { HubbubClientError } from "./errors.ts";
import type { ChatTypes, UntypedChat } from "./event-types.ts";
import { resolveOptions } from "./resolve-options.ts";
import { createRoom } from "./room.ts";
import { attach } from "./room-sync.ts";
import type { Room } from "./room-types.ts";

/** A page, which tells when the network is back; Node has none of this. */
const page = globalThis as {
  addEventListener?: (type: "online", listener: () => void) => void;
  removeEventListener?: (type: "online", listener: () => void) => void;
};

/**
 * Creates a client and starts to connect. It reconnects and resumes by itself until it is closed.
 *
 * @param options Where to connect, as whom.
 * @returns The client.
 * @throws HubbubClientError with `invalid_argument`, naming the option.
 */
export function createClient<C extends ChatTypes = UntypedChat>(options: ClientOptions): Client<C> {
  const c: Context = {
    ...resolveOptions(options),
    events: createEmitter(),
    rooms: new Map(),
    state: "connecting",
    pending: 0,
    failures: 0,
    maxBytes: 32_768,
    renewed: false,
    cancel() {},
    settle: () => settle(c),
    rotate: (ms) => connectLater(c, ms),
    end() {},
  };
  const online = () => void (c.current || connect(c));
  const closed = new Promise<ClientEnding>((resolve) => {
    c.end = (ending) => {
      page.removeEventListener?.("online", online);
      resolve(ending);
    };
  });
  const client: Client<UntypedChat> = {
    closed,
    get state() {
      return c.state;
    },
    get user() {
      return c.user;
    },
    on: c.events.on,
    join: (name, options) => openRoom(c, name, options),
    inbox: (options) => openRoom(c, c.user ? `@${c.user.id}` : NAMELESS, options),
    to(userId) {
      const name = `@${userId}`.normalize();
      return openRoom(c, c.rooms.has(name) ? name : `\0${name}`);
    },
    close: async () => close(c, { code: 1000, reason: "closed" }),
  };
  page.addEventListener?.("online", online);
  online();
  return client as unknown as Client<C>;
}

function openRoom(c: Context, given: string, { last }: JoinOptions = {}): Room {
  const key = given.normalize();
  const old = c.rooms.get(key);
  if (c.state === "closed") throw new HubbubClientError("closed");
  if (old) return old.handle;
  const r = createRoom(c, key, last);
  c.rooms.set(key, r);
  for (const connection of connectionsOf(c)) attach(r, connection);
  return r.handle;
}
