import { expect } from "vitest";
import {
  createCountingMeter,
  createSeededRandom,
  createVirtualClock,
  type LoggedProblem,
} from "../../testing/src/index.ts";
import {
  type Chat,
  createHub,
  type EventDefinitions,
  type HubGateway,
  type HubOptions,
  type ServerFrame,
  UnavailableError,
  type User,
} from "../src/index.ts";
import { createMemoryConnectionStore, createMemoryRoomLog } from "../src/memory.ts";
import { createFakeGateway, type FakeGateway } from "./fake-gateway.ts";
import { createFaults, type Faults } from "./faults.ts";

/** A frame with all that any frame may have, for assertions that read fields. */
export type AnyFrame = Partial<Record<string, unknown>> & { type: ServerFrame["type"] };

/** What one message was answered with. */
interface Answer {
  frames: AnyFrame[];
  texts: string[];
  close: { code: number; reason: string } | undefined;
  done: Promise<unknown>;
}

/** A hub whose ports can fail, with its clients. */
export interface Rig<E extends EventDefinitions> {
  hub: HubGateway<E>;
  clock: ReturnType<typeof createVirtualClock>;
  meter: ReturnType<typeof createCountingMeter>;
  gateway: FakeGateway;
  faults: Faults;
  problems: LoggedProblem[];
  options: HubOptions;
  /** Sends frames as one message. */
  send(connectionId: string, ...frames: object[]): Promise<Answer>;
  sendRaw(connectionId: string, data: string | Uint8Array, deadlineAt?: number): Promise<Answer>;
  /** Says hello on a new connection and joins rooms. */
  enter(connectionId: string, ...rooms: string[]): Promise<Answer>;
  /** Moves time until work has settled. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Moves time until all work that messages began has settled. */
  quiesce(): Promise<void>;
}

/** Options of {@link createRig}. */
export interface RigOptions extends Partial<HubOptions> {
  groups?: boolean;
  /** The epoch of the log. (Default: an id) */
  epoch?: string;
}

/** A session of at least 16 characters, made of a short name. */
export const sessionOf = (name: string): string => `session-of-${name}-`.padEnd(24, "0");

/** Starts a chat over memory, a virtual clock and a gateway that remembers. */
export function createRig<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  { groups = false, epoch, ...given }: RigOptions = {},
): Rig<E> {
  const clock = createVirtualClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  const gateway = createFakeGateway({ groups });
  const faults = createFaults(() => new UnavailableError("down"));
  const problems: LoggedProblem[] = [];
  const report =
    (level: LoggedProblem["level"]) =>
    (message: string, details = {}) => {
      expect.soft(message, "what is logged says what happened").not.toBe("");
      problems.push({ level, message, details });
    };
  let ids = 0;
  const id = () => `id-${++ids}`;
  const ports = { clock, random, id, logger: { error: report("error"), warn: report("warn") } };
  const logPorts = { ...ports, id: () => epoch ?? id() };
  const { groups: bare } = gateway.pusher;
  const options: HubOptions = {
    ...ports,
    store: faults.wrap("store", createMemoryConnectionStore({ clock, meter })),
    log: faults.wrap("log", createMemoryRoomLog({ ...logPorts, meter, retention: chat.retention })),
    pusher: faults.wrap("pusher", {
      ...gateway.pusher,
      ...(bare ? { groups: faults.wrap("groups", bare) } : {}),
    }),
    queue: faults.wrap("queue", {
      enqueue: async (job) => void gateway.jobs.push(job),
    }),
    ...given,
  };
  const hub = createHub(chat, options);
  const work: Promise<unknown>[] = [];

  async function sendRaw(
    connectionId: string,
    data: string | Uint8Array,
    deadlineAt?: number,
  ): Promise<Answer> {
    const { replies, close, done } = await hub.transport({ connectionId, data, deadlineAt });
    work.push(done);
    if (close) gateway.received(connectionId).closed ??= close;
    await clock.advance(0);
    const isFrames = (text: string) => /^[[{]/.test(text);
    const frames = replies.filter(isFrames).flatMap((text): AnyFrame[] => JSON.parse(text));
    for (const { type, code, message } of frames) {
      if (type === "error") expect.soft(message, `what ${code} says`).toMatch(/\w/);
    }
    return { frames, texts: replies, close, done };
  }

  async function run<T>(waited: Promise<T>): Promise<T> {
    let waiting = true;
    const finish = () => {
      waiting = false;
    };
    waited.then(finish, finish);
    for (let step = 0; waiting && step < 10_000; step++) await clock.advance(100);
    return waited;
  }

  const send: Rig<E>["send"] = (connectionId, ...frames) =>
    sendRaw(connectionId, JSON.stringify(frames.length === 1 ? frames[0] : frames));

  return {
    hub,
    clock,
    meter,
    gateway,
    faults,
    problems,
    options,
    send,
    sendRaw,
    enter(connectionId, ...rooms) {
      const hello = { type: "hello", token: connectionId, session: sessionOf(connectionId) };
      return send(connectionId, hello, ...rooms.map((room) => ({ type: "join", room })));
    },
    run,
    async quiesce() {
      await run(Promise.all(work.splice(0)));
    },
  };
}
