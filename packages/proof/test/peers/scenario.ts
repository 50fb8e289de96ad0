import {
  type Chat,
  type ConnectionStore,
  defineChat,
  type HubGateway,
  type HubOptions,
  type RetentionOptions,
  type RoomLog,
} from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { createSeededRandom, createVirtualClock, type VirtualClock } from "@hubbub/testing";
import { z } from "zod";
import { startProcess } from "./frozen-process.ts";
import { createScriptedGateway, type Invoke, type ScriptedGateway } from "./scripted-gateway.ts";
import { createVisitor, type Visitor, type VisitorOptions } from "./visitor.ts";

/** Options of {@link createScenario}. */
export interface ScenarioOptions extends Pick<HubOptions, "pageSize" | "concurrency" | "maxAgeMs"> {
  retention?: RetentionOptions;
  /** What a member who joined is greeted with. (Default: nothing) */
  greeting?: string;
}

/** A chat on a platform whose every event is a process of its own, frozen once it has answered. */
export interface Scenario extends Pick<ScriptedGateway, "script" | "pushes"> {
  readonly clock: VirtualClock;
  readonly store: ConnectionStore;
  readonly log: RoomLog;
  advance(ms: number): Promise<void>;
  /** A user arrives in the lobby, and is given 200 ms. */
  enter(user: string, options?: Omit<VisitorOptions, "user">): Promise<Visitor>;
  /** Runs the server's own code, and gives it 200 ms. */
  call<T>(run: (hub: HubGateway) => Promise<T>): Promise<T>;
  /** The server says something in the lobby, each on its own. */
  tell(...texts: string[]): Promise<void>;
  /** An empty log, with another epoch, takes the place of the log. */
  loseLog(): void;
}

const EVENTS = {
  say: { data: z.object({ text: z.string() }) },
  typing: { data: z.unknown(), ephemeral: true },
} as const;

const SETTLE_MS = 200;

/** Creates a scenario without visitors, in which nothing goes wrong yet. */
export function createScenario(options: ScenarioOptions = {}): Scenario {
  const { retention = {}, greeting, ...tuning } = options;
  const clock = createVirtualClock();
  let ids = 0;
  const ports = { clock, random: createSeededRandom(7), id: () => `id-${++ids}` };
  const chat = defineChat({
    events: EVENTS,
    retention,
    presence: false,
    authenticate: ({ token = "nobody" }) => ({ userId: token }),
    async joined({ hub, user: { userId }, room }) {
      if (greeting) await hub.publish(room, "say", { text: `${greeting} ${userId}` });
    },
  });
  const store = createMemoryConnectionStore({ clock });
  const createLog = () => createMemoryRoomLog({ ...ports, retention: chat.retention });
  let log = createLog();

  const invoke: Invoke = async (handle, answered) => {
    const { pusher } = gateway;
    const backend = { ...ports, ...tuning, store, log, pusher };
    const process = startProcess(chat as unknown as Chat, backend);
    const result = await handle(process.hub);
    answered?.(result);
    if ("done" in result) await result.done;
    process.freeze();
    return result;
  };
  const gateway = createScriptedGateway(clock, invoke);
  const { script, pushes } = gateway;

  const call: Scenario["call"] = async (run) => {
    const called = invoke(async (hub) => ({ value: await run(hub) }));
    await clock.advance(SETTLE_MS);
    return (await called).value;
  };
  return {
    clock,
    script,
    pushes,
    store,
    get log() {
      return log;
    },
    advance: (ms) => clock.advance(ms),
    async enter(user, visit) {
      const visitor = createVisitor(clock, gateway, { user, ...visit });
      await clock.advance(SETTLE_MS);
      return visitor;
    },
    call,
    async tell(...texts) {
      for (const text of texts) await call((hub) => hub.publish("lobby", "say", { text }));
    },
    loseLog() {
      log = createLog();
    },
  };
}
