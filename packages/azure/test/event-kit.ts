import {
  type Chat,
  type ChatDefinition,
  type Clock,
  defineChat,
  type Logger,
  type Pusher,
  type User,
} from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { type CountingMeter, createCountingMeter } from "@hubbub/testing";
import { z } from "zod";
import { createEventHandler, type EventHandler, type EventHandlerOptions } from "../src/index.ts";
import { CONNECTION_STRING, createEvent, type EventChanges } from "./events.ts";

const say: { data: z.ZodType<{ text: string }, { text: string }> } = {
  data: z.object({ text: z.string().max(30_000) }),
};
const typing: { data: z.ZodType<{ on: boolean }, { on: boolean }>; ephemeral: true } = {
  data: z.object({ on: z.boolean() }),
  ephemeral: true,
};

/** The events of these tests. */
export type Events = { say: typeof say; typing: typeof typing };

/** Defines a chat without presence, so that what is pushed is what was said. */
export function createChat(changes: Partial<ChatDefinition<Events, User>> = {}): Chat<Events> {
  return defineChat({ events: { say, typing }, presence: false, ...changes });
}

/** A chat whose rooms are open to clients without any library. */
export const plain: NonNullable<ChatDefinition<Events, User>["plain"]> = {
  room: "lobby",
  receive: (text) => ({ event: "say", data: { text } }),
  render: ({ data }) => (data as { text: string }).text,
};

/** A problem that was logged. */
export interface Problem {
  level: "error" | "warn";
  message: string;
  details: Record<string, unknown>;
}

/** A push or a change of a group. */
type Call = [what: string, ...rest: unknown[]];

/** A pusher that takes everything. */
function createRecordingPusher(calls: Call[]): Pusher & Required<Pick<Pusher, "groups">> {
  return {
    async send(connectionId, text) {
      calls.push(["send", connectionId, text]);
      return "sent";
    },
    close: async (...call) => void calls.push(["close", ...call]),
    groups: {
      join: async (...call) => void calls.push(["join", ...call]),
      leave: async (...call) => void calls.push(["leave", ...call]),
      async broadcast(group, text, { except = [] } = {}) {
        calls.push(["broadcast", group, text, except]);
        return undefined;
      },
    },
  };
}

/** A handler over memory, and what it does. */
export interface HandlerKit {
  readonly handler: EventHandler<Events>;
  readonly calls: Call[];
  readonly problems: Problem[];
  readonly meter: CountingMeter;
  /** Stands still until it is told to go on; who sleeps wakes up at once. */
  readonly clock: Clock & { advance(ms: number): void };
  readonly store: ReturnType<typeof createMemoryConnectionStore>;
  readonly log: ReturnType<typeof createMemoryRoomLog>;
  /** Another process for the same hub. */
  instance(options?: Partial<EventHandlerOptions>): EventHandler<Events>;
  /** An event, signed, at the clock's time. */
  event(changes?: EventChanges): Request;
}

/** Starts a handler. */
export function startHandler(
  chat: Chat<Events> = createChat(),
  options: Partial<EventHandlerOptions> = {},
): HandlerKit {
  let time = Date.UTC(2026, 0);
  let ids = 0;
  const clock = {
    now: () => time,
    sleep: async () => undefined,
    advance(ms: number) {
      time += ms;
    },
  };
  const problems: Problem[] = [];
  const add =
    (level: Problem["level"]) =>
    (message: string, details: Record<string, unknown> = {}) =>
      void problems.push({ level, message, details });
  const logger: Logger = { error: add("error"), warn: add("warn") };
  const meter = createCountingMeter();
  const calls: Call[] = [];
  const ports = { clock, random: Math.random, id: () => `id-${++ids}`, logger, meter };
  const store = createMemoryConnectionStore(ports);
  const log = createMemoryRoomLog(ports);
  const common: EventHandlerOptions = {
    ...ports,
    hub: "chat",
    connectionString: CONNECTION_STRING,
    store,
    log,
    pusher: createRecordingPusher(calls),
    ...options,
  };
  let events = 0;

  return {
    ...{ calls, problems, meter, clock, store, log },
    handler: createEventHandler(chat, common),
    instance: (changes = {}) => createEventHandler(chat, { ...common, ...changes }),
    event(changes = {}) {
      const id = changes.id ?? ++events;
      return createEvent(new Date(time).toISOString(), { ...changes, id });
    },
  };
}
