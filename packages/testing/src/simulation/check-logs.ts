import type { HubbubClientError, PublishAck } from "@hubbub/client";
import type { Backend } from "./backend.ts";
import type { Attempt, SimulatedClient } from "./simulated-client.ts";
import type { World } from "./world.ts";

/** What the application may refuse; anything else that is no ack is a broken promise. */
const REFUSALS = ["forbidden", "bad_data", "rejected"];

/** What must hold of the logs whatever happened: nothing twice, nothing missing. */
export function checkLogs({ violated }: World, backend: Backend): void {
  for (const { epoch, room, entries } of backend.logs()) {
    const seen = new Set<string>();
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry?.seq !== index + 1) violated("G3", `hole at ${index + 1} of ${room} in ${epoch}`);
      const key = `${entry?.mid} of ${entry?.from?.id}`;
      if (seen.has(key)) violated("G2", `${key} is twice in ${room} in ${epoch}`);
      seen.add(key);
    }
  }
}

/** What must hold of every publish: an ack tells where it is stored. */
export function checkAttempts(world: World, backend: Backend, client: SimulatedClient): void {
  for (const attempt of client.attempts) {
    const { outcome } = attempt;
    const what = `${attempt.mid} of ${client.name} in ${attempt.room}`;
    if (!outcome) world.violated("G6", `${what} is undecided for ever`);
    else if ("seq" in outcome) checkAck(world, backend, client, attempt, outcome);
    else if (!isAllowed(world, backend, attempt, outcome)) {
      world.violated("G1", `${what} is refused with ${outcome.code}`);
    }
  }
}

function checkAck(
  { violated }: World,
  backend: Backend,
  { name, client }: SimulatedClient,
  { room, mid }: Attempt,
  ack: PublishAck,
): void {
  const entry = backend.log(room, ack.epoch)[ack.seq - 1];
  const isSame = entry?.mid === mid && entry.from?.id === client.user?.id && ack.mid === mid;
  if (isSame) return;
  violated("G1", `${mid} of ${name} is acked at ${ack.seq} of ${room}, where ${entry?.mid} is`);
}

function isAllowed(
  { plan }: World,
  backend: Backend,
  { room }: Attempt,
  { code }: HubbubClientError,
): boolean {
  if (REFUSALS.includes(code)) return true;
  if (code === "closed") return plan.moves > 0;
  return code === "undecided" && mayBeUndecided(plan, backend, room);
}

/** Whether something in this world keeps the server from proving what became of a publish. */
function mayBeUndecided(plan: World["plan"], backend: Backend, room: string): boolean {
  const lives = [...backend.logs()].filter((log) => log.room === room);
  if (plan.forgetsSoon && lives.some(({ entries }) => entries.length > plan.keeps)) return true;
  // A late answer to a try without a position can't be told from an answer to the last try.
  const { replyDelayed, invocationDelayed, invocationDoubled, freeze } = plan.faults;
  const { pushDelayed, pushDoubled, pushSlow } = plan.faults;
  const late = replyDelayed + invocationDelayed + invocationDoubled + freeze;
  const pushed = plan.gateway.replies === "push" ? pushDelayed + pushDoubled + pushSlow : 0;
  return room.startsWith("@") && (late + pushed > 0 || plan.maxScan < 256);
}
