import { createClient } from "../src/client.ts";
import type { Client, ClientOptions } from "../src/client-types.ts";
import type { UntypedChat } from "../src/event-types.ts";
import type { Message } from "../src/message-types.ts";
import type { Room } from "../src/room-types.ts";
import { createFakeClock, type FakeClock, settle } from "./fake-clock.ts";
import { createFakeServer, type FakeServer } from "./fake-server.ts";

export { settle };

/** A client, the server it talks to, and the time they live in. */
export interface Setup {
  readonly client: Client<UntypedChat>;
  readonly server: FakeServer;
  readonly clock: FakeClock;
  /** What `random` answers from now on; undefined for a sequence. */
  chance: number | undefined;
}

export function setUp(options: ClientOptions = {}, server: FakeServer = createFakeServer()): Setup {
  const clock = createFakeClock();
  let state = 1;
  const setup = { server, clock, chance: undefined } as { -readonly [K in keyof Setup]: Setup[K] };
  setup.client = createClient({
    ...(options.negotiate ? {} : { url: "ws://fake" }),
    WebSocket: server.WebSocket,
    now: clock.now,
    setTimer: clock.setTimer,
    random() {
      state = (state * 16_807) % 2_147_483_647;
      return setup.chance ?? state / 2_147_483_647;
    },
    ...options,
  });
  return setup;
}

/** Records what a room delivers. */
export function record(room: Room): Message[] {
  const messages: Message[] = [];
  room.on("message", (message) => messages.push(message));
  return messages;
}

/** The texts of messages. */
export const texts = (messages: readonly Message[]): unknown[] =>
  messages.map(({ data }) => (data as { text: string }).text);

/** A connected client in one room. */
export async function setUpRoom(
  options: ClientOptions = {},
): Promise<Setup & { room: Room; messages: Message[] }> {
  const setup = setUp(options);
  const room = setup.client.join("lobby");
  const messages = record(room);
  await room.joined;
  return Object.assign(setup, { room, messages });
}
