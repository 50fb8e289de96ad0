import { type Chat, createHub, type HubGateway, type TransportResult } from "@hubbub/core";
import {
  createMemoryConnectionStore,
  createMemoryPusher,
  createMemoryRoomLog,
} from "@hubbub/core/memory";
import { createVirtualClock, type VirtualClock } from "@hubbub/testing";
import type { Dice } from "./dice.ts";
import { createGuestChat, createMembersChat } from "./fuzz-chat.ts";

/** Replaces a part of the hub, to prove that a fault would be found. */
export type SpoilHub = (hub: HubGateway) => HubGateway;

/** The states that a connection is in when a message comes. */
export type State = "unknown" | "welcomed" | "joined" | "plain" | "closed";

/** A server over memory, and the connections that messages come on. */
export interface ServerWorld {
  readonly hub: HubGateway;
  readonly clock: VirtualClock;
  readonly dice: Dice;
  readonly withPlain: boolean;
  /** The states that messages come in, the likelier ones more than once. */
  readonly states: readonly State[];
  readonly problems: string[];
  readonly pushes: { text: string; to: string }[];
  /** The connections that speak plain, strangers who were taken for such among them. */
  readonly plain: Set<string>;
  /** The connection in each state; a number counts those that were made. */
  readonly connections: Map<State, string>;
  made: number;
  last: { result: TransportResult; connection: string } | undefined;
}

const STATES: readonly State[] = ["unknown", "welcomed", "joined", "joined", "joined"];

let chats: readonly [Chat, Chat] | undefined;

/** Starts a server, in every other case one that serves plain clients. */
export function createServerWorld(dice: Dice, spoil: SpoilHub): ServerWorld {
  const withPlain = dice.chance(0.5);
  chats ??= [createMembersChat(), createGuestChat()];
  const clock = createVirtualClock();
  const problems: string[] = [];
  const pushes: ServerWorld["pushes"] = [];
  const pusher = createMemoryPusher();
  let ids = 0;
  const report = (message: string, details?: Record<string, unknown>) =>
    void problems.push(`logged: ${message} ${details?.error ?? ""}`);
  const ports = {
    clock,
    random: dice.random,
    id: () => `id-${++ids}`,
    logger: { error: report, warn: report },
  };
  const hub = createHub(chats[withPlain ? 1 : 0], {
    ...ports,
    store: createMemoryConnectionStore({ clock }),
    log: createMemoryRoomLog(ports),
    pusher: {
      ...pusher,
      async send(connectionId, text) {
        pushes.push({ text, to: connectionId });
        return "sent";
      },
    },
  });
  return {
    hub: spoil(hub),
    clock,
    dice,
    withPlain,
    states: [...STATES, withPlain ? "plain" : "closed"],
    problems,
    pushes,
    connections: new Map<State, string>([["closed", "closed"]]),
    made: 0,
    plain: new Set(),
    last: undefined,
  };
}

/** The connection that is in a state now. */
export function connectionFor({ connections, made }: ServerWorld, state: State): string {
  return connections.get(state) ?? `${state}-${made}`;
}

/** Opens the connection of a state again where the last message has closed it. */
export async function ready(world: ServerWorld, state: State): Promise<void> {
  if (state === "closed" || world.connections.has(state)) return;
  const connection = `${state}-${++world.made}`;
  world.connections.set(state, connection);
  if (state === "plain") {
    world.plain.add(connection);
    const registered = await world.hub.register({ connectionId: connection, subprotocols: [] });
    if (registered.accepted) registered.done.catch((error) => world.problems.push(`${error}`));
    else world.problems.push("a plain client was refused");
  } else if (state === "welcomed") await send(world, connection, hello("wes"));
  else if (state === "joined") {
    const rooms = ["lobby", "attic"].map((room) => ({ type: "join", room }));
    await send(world, connection, hello("joe"), ...rooms);
  }
}

/** Sends good frames as one message, and answers what was replied. */
export async function send(
  world: ServerWorld,
  connectionId: string,
  ...frames: object[]
): Promise<Record<string, unknown>[]> {
  const { replies, done } = await world.hub.transport({
    connectionId,
    data: JSON.stringify(frames),
  });
  done.catch((error: unknown) => world.problems.push(`done rejected: ${error}`));
  return replies.flatMap((text): Record<string, unknown>[] => JSON.parse(text));
}

/** A `hello` of a user. */
export const hello = (token: string): object => ({
  type: "hello",
  token,
  session: `${token}-0123456789abcdef`,
});

/** Lets time pass until a cleanup is done. */
export async function settle(
  { clock }: ServerWorld,
  work: Promise<{ done: Promise<void> }>,
): Promise<void> {
  const { done } = await work;
  await clock.advance(2_000);
  await done;
}
