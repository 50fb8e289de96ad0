import type { TransportResult } from "@hubbub/core";
import { problemOfAnswer } from "./check-answer.ts";
import { createClientFrameSource, type LogPlace } from "./client-frame-source.ts";
import type { Dice } from "./dice.ts";
import {
  connectionFor,
  createServerWorld,
  hello,
  ready,
  type ServerWorld,
  type SpoilHub,
  type State,
  send,
  settle,
} from "./server-world.ts";
import type { Target } from "./target.ts";

// Time moves in steps, and so fast that most wrong messages are forgiven: see the limit for bad frames.
const MESSAGES_PER_STEP = 32;
const STEP_MS = 8_000;

/** Starts a server over memory, with connections in every state and a witness that sees what is pushed. */
export async function createServerTarget(
  dice: Dice,
  spoil: SpoilHub = (hub) => hub,
): Promise<Target> {
  const world = createServerWorld(dice, spoil);
  const { hub, clock, problems, states } = world;
  await send(world, "witness", hello("witness"), { type: "join", room: "lobby" });
  await send(world, "closed", hello("joe"));
  await settle(world, hub.cleanup({ connectionId: "closed" }));
  const place: LogPlace = { epoch: "", head: 0 };
  let handled = 0;

  return {
    source: createClientFrameSource(() => place),
    choose: () => dice.pick(states),
    async handle(message, state) {
      const connection = connectionFor(world, state as State);
      const result = await hub.transport({ connectionId: connection, data: message });
      world.last = { result, connection };
      result.done.catch((error: unknown) => problems.push(`done rejected: ${error}`));
    },
    async problems() {
      await inspect(world);
      if (handled % 8 === 0) await locate(world, place);
      if (++handled % MESSAGES_PER_STEP === 0) await clock.advance(STEP_MS);
      for (const state of states) await ready(world, state);
      return problems.splice(0);
    },
    async finish() {
      await clock.advance(60_000);
      await inspect(world);
      await bearWitness(world);
      return problems.splice(0);
    },
  };
}

/** Finds out where the log ends by now. */
async function locate({ hub }: ServerWorld, place: LogPlace): Promise<void> {
  const { epoch, head } = await hub.history("lobby", { limit: 0 });
  Object.assign(place, { epoch, head });
}

/** Checks what was answered and pushed. */
async function inspect(world: ServerWorld): Promise<void> {
  const { last, pushes, problems, plain } = world;
  if (last) await inspectLast(world, last);
  for (const { text, to } of pushes.splice(0)) {
    const problem = plain.has(to) ? undefined : problemOfAnswer(text);
    if (problem) problems.push(`pushed: ${problem}`);
  }
}

async function inspectLast(
  world: ServerWorld,
  { result, connection }: { result: TransportResult; connection: string },
): Promise<void> {
  const { plain, problems, connections } = world;
  world.last = undefined;
  if (result.connection?.protocol === "plain") plain.add(connection);
  for (const text of result.replies) {
    const problem = isPlain(world, connection, text) ? undefined : problemOfAnswer(text);
    if (problem) problems.push(problem);
  }
  const [state] = [...connections].find(([, id]) => id === connection) ?? [];
  if (!state || state === "closed") return;
  if (result.close || state === "unknown") connections.delete(state);
  // Or the strangers who were taken for plain clients fill the room.
  if (state === "unknown") await world.hub.cleanup({ connectionId: connection });
}

/** A stranger who can't be let in as a plain client is told so in plain text, too. */
function isPlain({ plain, withPlain }: ServerWorld, connection: string, text: string): boolean {
  return plain.has(connection) || (withPlain && text.startsWith("error: "));
}

/** Another client's message is stored, acked and read, whatever came before. */
async function bearWitness(world: ServerWorld): Promise<void> {
  const { problems, hub, clock } = world;
  const { epoch, head: after } = await hub.history("lobby", { limit: 0 });
  const data = { text: "still here" };
  const publish = { type: "publish", room: "lobby", event: "say", data, mid: "w", epoch, after };
  const frames = await send(world, "witness", publish, {
    type: "history",
    room: "lobby",
    limit: 1,
  });
  await clock.advance(5_000);
  const [ack, history] = frames;
  const seq = Number(after) + 1;
  const read = JSON.stringify(history?.messages ?? "").includes("still here");
  if (ack?.type !== "ack" || ack.seq !== seq || !read) {
    problems.push(`the witness was answered ${JSON.stringify(frames).slice(0, 300)}`);
  }
}
