import {
  type Chat,
  createHub,
  type EventDefinitions,
  type HubGateway,
  InvalidArgumentError,
  type Ports,
  SUBPROTOCOL,
  type User,
} from "@hubbub/core";
import {
  createMemoryConnectionStore,
  createMemoryPusher,
  createMemoryRoomLog,
} from "@hubbub/core/memory";
import { type BedUser, createBedUser } from "./bed-user.ts";
import { createCountingMeter, type RequestCounts } from "./counting-meter.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** Options of {@link createTestBed}. */
export interface TestBedOptions {
  /** What the clock shows at first, in milliseconds since the Unix epoch. (Default: 1 January 2026, UTC) */
  startAt?: number;
  /** Makes ids and randomness repeatable. (Default: 1) */
  seed?: number;
  /** The gateway fans out by itself, as Azure's and the Node gateway do. (Default: false) */
  broadcast?: boolean;
}

/** How a user of the test bed connects. */
export interface ConnectOptions {
  /** For `authenticate`; sent in `hello`, or, by a plain client, in the query. (Default: none) */
  token?: string;
  /** Identifies a guest across connections, where the chat does not authenticate. (Default: a new one) */
  session?: string;
  /** A client that knows nothing of hubbub. (Default: false) */
  plain?: boolean;
  /** The `Origin` header. (Default: the gateway does not tell) */
  origin?: string;
}

/** Something that the chat reported to its logger. */
export interface LoggedProblem {
  level: "error" | "warn";
  message: string;
  details: Record<string, unknown>;
}

/** A chat with nothing around it: no socket, no real time, no backend but memory. */
export interface TestBed<E extends EventDefinitions> {
  /**
   * Connects a user.
   *
   * @throws FrameError with the code that the client would get, if it is refused.
   */
  connect(options?: ConnectOptions): Promise<BedUser<E>>;
  /** Moves time forward by `ms` milliseconds; connected users go on with their heartbeats. */
  advance(ms: number): Promise<void>;
  /** Lets everything settle that needs no time. */
  settle(): Promise<void>;
  /** What your own server code calls. */
  readonly hub: HubGateway<E>;
  readonly clock: VirtualClock;
  /** Backend requests so far; `resetRequests` starts again at 0. */
  readonly requests: RequestCounts;
  resetRequests(): void;
  /** What went wrong inside: hooks that threw, pushes that failed. */
  readonly problems: readonly LoggedProblem[];
}

/**
 * Runs a chat in a unit test: connect users, let them write, look into what they got, move time.
 *
 * @param chat What `defineChat` returned, or a function that makes it with the bed's clock.
 * @param options Time and randomness.
 * @returns The test bed.
 * @throws InvalidArgumentError if `chat` is no chat definition.
 */
export function createTestBed<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U> | ((clock: VirtualClock) => Chat<E, U>),
  options: TestBedOptions = {},
): TestBed<E> {
  const { startAt, seed = 1, broadcast = false } = options;
  const clock = createVirtualClock(startAt === undefined ? {} : { startAt });
  return runBed(typeof chat === "function" ? chat(clock) : chat, clock, seed, broadcast);
}

function runBed<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  clock: VirtualClock,
  seed: number,
  broadcast: boolean,
): TestBed<E> {
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  const random = createSeededRandom(seed);
  const meter = createCountingMeter();
  const problems: LoggedProblem[] = [];
  const report =
    (level: LoggedProblem["level"]) =>
    (message: string, details: Record<string, unknown> = {}) =>
      void problems.push({ level, message, details });
  let ids = 0;
  const ports: Ports = {
    clock,
    random,
    id: () => `id-${seed}-${++ids}`,
    logger: { error: report("error"), warn: report("warn") },
  };
  const pusher = createMemoryPusher({ meter, groups: broadcast });
  const { retention } = chat;
  const hub = createHub(chat, {
    ...ports,
    store: createMemoryConnectionStore({ clock, meter }),
    log: createMemoryRoomLog({ ...ports, meter, retention }),
    pusher,
  });
  const settle = () => clock.advance(0);

  return {
    hub,
    clock,
    problems,
    settle,
    advance: (ms) => clock.advance(ms),
    resetRequests: () => meter.reset(),
    get requests() {
      return meter.counts();
    },
    async connect(connectOptions = {}) {
      const connectionId = `connection-${++ids}`;
      const { plain = false } = connectOptions;
      const { heartbeatMs } = chat;
      const bed = { hub, clock, pusher, settle, connectionId, heartbeatMs, plain };
      const session = connectOptions.session ?? `session-${seed}-${String(ids).padStart(8, "0")}`;
      const user = createBedUser<E>(bed);
      await user.arrive(plain ? [] : [SUBPROTOCOL], { ...connectOptions, session });
      return user;
    },
  };
}
