import { leaseEnd } from "./authenticate.ts";
import type { Chat } from "./chat.ts";
import type { EventDefinitions } from "./chat-types.ts";
import { checkFunction, checkNumber } from "./check-options.ts";
import type { User } from "./connection-store.ts";
import { InvalidArgumentError } from "./errors.ts";
import { runFanOutJob } from "./fan-out-job.ts";
import type { HubContext, HubOptions } from "./hub-context.ts";
import type { Hub, HubGateway } from "./hub-types.ts";
import { beginInvocation } from "./invocation.ts";
import { dropConnection } from "./memberships.ts";
import { createPresence } from "./presence.ts";
import { resolvePresence } from "./presence-settings.ts";
import { pushToRoom } from "./push-to-room.ts";
import { createRateLimiter } from "./rate-limiter.ts";
import { createRecentIds } from "./recent-ids.ts";
import { register } from "./register.ts";
import { transport } from "./transport.ts";

/** The methods that each option must have. */
const SEAMS = {
  store: "open get close join leave touch members connectionsOf count",
  log: "append read head",
  pusher: "send close",
  clock: "now sleep",
  queue: "enqueue",
  logger: "error warn",
};
const OPTIONAL = ["queue", "logger"];
const TOLERATED = { perSecond: 1, burst: 100 }; // Errors of one connection before it is closed.

/**
 * Starts a chat over a backend. Adapters call this; applications call their adapter.
 *
 * @param chat What {@link defineChat} returned.
 * @param options The backend, and the ports to time and randomness.
 * @returns What the gateway calls, and what the application's own code calls.
 * @throws InvalidArgumentError if an option is missing or wrong; the message names it.
 */
export function createHub<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: HubOptions,
): HubGateway<E> {
  checkOptions(chat, options);
  const context = createContext(chat as unknown as Chat, options);
  const { store } = context;

  /** Runs a call of the server's own code as an invocation of its own. */
  async function within<T>(call: (hub: Hub) => Promise<T>): Promise<T> {
    const invocation = beginInvocation(context);
    try {
      return await call(invocation.hub);
    } finally {
      await invocation.settled(); // What it began settles even if it failed.
    }
  }

  const hub: HubGateway = {
    publish: (...call) => within((server) => server.publish(...call)),
    signal: (...call) => within((server) => server.signal(...call)),
    online: (...call) => within((server) => server.online(...call)),
    members: (...call) => within((server) => server.members(...call)),
    history: (...call) => within((server) => server.history(...call)),
    kick: (...call) => within((server) => server.kick(...call)),
    register: (event) => register(context, event),
    transport: (event) => transport(context, event),
    async cleanup({ connectionId, deadlineAt }) {
      const invocation = beginInvocation(context, deadlineAt);
      await dropConnection(context, invocation, connectionId, "disconnected");
      return { done: invocation.done().then(() => undefined) };
    },
    async touch(connectionId) {
      const connection = await store.get(connectionId);
      if (!connection) return false;
      return store.touch(connectionId, leaseEnd(context, connection));
    },
    fanOut: (job, { deadlineAt } = {}) => runFanOutJob(context, job, deadlineAt),
  };
  return hub as unknown as HubGateway<E>;
}

function createContext(chat: Chat, options: HubOptions): HubContext {
  const { clock } = options;
  const { connectionRate, userRate } = chat.limits;

  const presence = createPresence(options, chat.presence ?? resolvePresence(), {
    async expire(connectionId) {
      const invocation = beginInvocation(context);
      await dropConnection(context, invocation, connectionId, "expired");
      await invocation.done();
    },
    async push(room, state, deadlineAt) {
      const invocation = beginInvocation(context, deadlineAt);
      await pushToRoom(context, invocation, { room, frame: { type: "presence", room, ...state } });
      await invocation.done();
    },
  });
  const off = { ...presence, changed: async () => {} };
  const context: HubContext = {
    ...options,
    chat,
    presence: chat.presence ? presence : off,
    limiters: {
      connection: createRateLimiter(clock, connectionRate),
      user: createRateLimiter(clock, userRate),
      floods: createRateLimiter(clock, TOLERATED),
      badFrames: createRateLimiter(clock, TOLERATED),
    },
    welcomed: createRecentIds(),
  };
  return context;
}

function checkOptions(chat: unknown, options: HubOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidArgumentError("options must be an object");
  }
  if (typeof chat !== "object" || chat === null || !("definition" in chat)) {
    throw new InvalidArgumentError("chat must be what defineChat returned");
  }
  for (const [option, methods] of Object.entries(SEAMS)) {
    const seam: unknown = options[option as keyof HubOptions];
    if (seam !== undefined || !OPTIONAL.includes(option)) checkMethods(option, seam, methods);
  }
  checkFunction("random", options.random);
  checkFunction("id", options.id);
  const { maxAgeMs, concurrency, pageSize, fanOutAbove } = options;
  if (maxAgeMs !== undefined) checkNumber("maxAgeMs", maxAgeMs, { min: 1000 });
  if (concurrency !== undefined) checkNumber("concurrency", concurrency, { min: 1 });
  if (pageSize !== undefined) checkNumber("pageSize", pageSize, { min: 1 });
  if (fanOutAbove !== undefined) checkNumber("fanOutAbove", fanOutAbove, { min: 1 });
}

function checkMethods(option: string, seam: unknown, methods: string): void {
  for (const method of methods.split(" ")) {
    if (typeof (seam as Record<string, unknown> | undefined)?.[method] !== "function") {
      throw new InvalidArgumentError(`${option} must be an object with a method ${method}`);
    }
  }
}
