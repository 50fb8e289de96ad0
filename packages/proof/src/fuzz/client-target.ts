import { type Client, createClient, type Room, type UntypedChat } from "@hubbub/client";
import { createVirtualClock, type VirtualClock } from "@hubbub/testing";
import { answerClient } from "./answer-client.ts";
import type { Dice } from "./dice.ts";
import { createFakeSocketClass, type FakeSocket } from "./fake-socket.ts";
import { type ClientPlace, createServerFrameSource } from "./server-frame-source.ts";
import type { Target } from "./target.ts";

interface World {
  readonly dice: Dice;
  readonly clock: VirtualClock;
  readonly problems: string[];
  readonly place: ClientPlace & { ids: string[]; mids: string[] };
  client: Client<UntypedChat>;
  socket: FakeSocket | undefined;
}

/** The other end of every socket; the newest one is where messages come. */
type Connected = (socket: FakeSocket) => void;

const MESSAGES_PER_STEP = 4;
const LONGEST_MS = 2 ** 31 - 1;

/** Starts a client on a socket that says what it is fed, and whose good answers come now and then. */
export async function createClientTarget(dice: Dice): Promise<Target> {
  const clock = createVirtualClock();
  const problems: string[] = [];
  const place = {
    rooms: ["lobby", "lobby", "@ann", "@bob", "else"],
    epoch: "e1",
    seq: 0,
    ids: [],
    mids: [],
  };
  const connected: Connected = (socket) => {
    world.socket = socket;
    queueMicrotask(() => socket.emit("open"));
  };
  const client = startClient(dice, clock, connected, problems);
  const world: World = { dice, clock, problems, place, client, socket: undefined };
  let handled = 0;
  await clock.advance(1);
  await answerAll(world);

  return {
    source: createServerFrameSource(place),
    choose: () => "client",
    handle: (data) => world.socket?.emit("message", { data }),
    async problems() {
      learn(world);
      if (++handled % MESSAGES_PER_STEP === 0) {
        act(world);
        await clock.advance(dice.int(2_000));
        if (dice.chance(0.7)) await answerAll(world);
      }
      if (isClosed(world.client)) {
        world.client = startClient(dice, clock, connected, problems);
        await clock.advance(1);
        await answerAll(world);
      }
      return problems.splice(0);
    },
    async finish() {
      await recover(world);
      return problems.splice(0);
    },
  };
}

function startClient(dice: Dice, clock: VirtualClock, connected: Connected, problems: string[]) {
  const client = createClient({
    url: "ws://fuzz",
    WebSocket: createFakeSocketClass(connected),
    now: clock.now,
    random: dice.random,
    // As `setTimeout` takes them: what is no number is 1, and what is too long is cut by the client.
    setTimer: (ms, run) => clock.setTimer(ms >= 1 ? Math.min(ms, LONGEST_MS) : 1, run),
    maxPending: 20,
  });
  for (const room of [client.join("lobby", { last: 5 }), client.inbox()]) watch(room, problems);
  return client;
}

/** Messages of one epoch are delivered in order, each once. */
function watch(room: Room, problems: string[]): void {
  let epoch = "";
  let seq = 0;
  room.joined.catch(() => {});
  room.on("reset", () => {
    epoch = "";
  });
  room.on("message", (message) => {
    if (message.epoch === epoch && !(message.seq > seq)) {
      problems.push(`delivered ${message.seq} after ${seq} of ${epoch}`);
    }
    epoch = message.epoch;
    seq = message.seq;
  });
}

/** What an application does meanwhile; what becomes of it does not matter here. */
function act({ client, dice }: World): void {
  if (isClosed(client)) return;
  const ignore = () => {};
  const room = client.join("lobby");
  room.joined.catch(ignore);
  const calls: readonly (() => Promise<unknown>)[] = [
    () => room.publish("say", { text: "hi" }),
    () => client.to("bob").publish("say", { text: "hi" }),
    () => room.request("rename", { title: "t" }),
    () => room.who(),
    () => room.history({ limit: 5 }),
    async () => room.signal("typing", { on: true }),
  ];
  dice.pick(calls)().catch(ignore);
}

/** Remembers what the client waits for, so that fed frames can be answers to it. */
function learn({ socket, place }: World): void {
  for (const { id, mid } of (socket?.sent ?? []).slice(-5)) {
    if (typeof id === "string") place.ids.push(id);
    if (typeof mid === "string") place.mids.push(mid);
  }
  place.ids.splice(0, place.ids.length - 6);
  place.mids.splice(0, place.mids.length - 6);
}

/** Answers what the client has sent, until it says no more. */
async function answerAll(world: World): Promise<void> {
  for (let round = 0; round < 8; round++) {
    const { socket, place } = world;
    const frames = socket?.sent.splice(0) ?? [];
    if (frames.length === 0) return;
    for (const frame of frames) {
      const answer = answerClient(frame, { epoch: place.epoch, head: place.seq });
      if (answer) socket?.emit("message", { data: JSON.stringify(answer) });
    }
    await world.clock.advance(0);
  }
}

const isClosed = (client: Client<UntypedChat>): boolean => client.state === "closed";

/** The connection breaks; the client comes back and delivers, whatever it was told before. */
async function recover(world: World): Promise<void> {
  const { clock, problems, place } = world;
  const { client, socket } = world;
  if (isClosed(client)) return;
  place.epoch = "fresh";
  place.seq = 0;
  // With the usual `maxBytes`: a client that was told 0 is not able to say anything.
  const welcome = answerClient({ type: "hello" }, { epoch: "fresh", head: 0 });
  socket?.emit("message", { data: JSON.stringify(welcome) });
  socket?.emit("close", { code: 1006, reason: "" });
  if (isClosed(client)) return; // It was told before that nobody wants it back.
  const room = client.join("lobby");
  room.joined.catch(() => {});
  const texts: unknown[] = [];
  room.on("message", ({ data }) => texts.push((data as { text: string }).text));
  for (let step = 0; step < 12; step++) {
    await clock.advance(10_000);
    await answerAll(world);
  }
  const entry = { seq: 1, mid: "last", from: { id: "bob" }, event: "say", ts: 1 };
  const message = {
    type: "message",
    room: "lobby",
    epoch: "fresh",
    ...entry,
    data: { text: "again" },
  };
  world.socket?.emit("message", { data: JSON.stringify(message) });
  await clock.advance(1_000);
  if (texts.at(-1) !== "again") {
    problems.push(`the client does not recover: ${client.state}, ${JSON.stringify(room.position)}`);
  }
  await client.close();
}
