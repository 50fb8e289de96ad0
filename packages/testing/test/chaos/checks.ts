import type { Message, Reset } from "@hubbub/client";
import type { Backend } from "./backend.ts";
import { RETENTION } from "./chaos-chat.ts";
import type { Attempt, ChaosUser, View } from "./user.ts";
import type { World } from "./world.ts";

const keyOf = ({ from, mid }: { from?: { id: string } | undefined; mid: string }) =>
  `${from?.id} ${mid}`;
const isMessage = (event: Message | Reset): event is Message => "seq" in event;

/** What must hold of the log whatever happened: nothing twice, nothing missing. */
export function checkLogs({ violations }: World, backend: Backend): void {
  for (const { epoch, room, entries } of backend.truths()) {
    const seen = new Set<string>();
    for (const [index, entry] of [...entries.entries()]) {
      if (entry?.seq !== index + 1) violations.push(`hole at ${index + 1} of ${room} in ${epoch}`);
      const key = `${entry?.from?.id} ${entry?.mid}`;
      if (seen.has(key)) violations.push(`${key} is twice in ${room} in ${epoch}`);
      seen.add(key);
    }
  }
}

/** What must hold of every publish. */
export function checkAttempts(world: World, backend: Backend, user: ChaosUser): void {
  for (const attempt of user.attempts) {
    const problem = problemOf(world, backend, user, attempt);
    if (problem) world.violations.push(`${user.id}: ${attempt.mid} in ${attempt.room} ${problem}`);
  }
}

function problemOf(
  { plan }: World,
  backend: Backend,
  user: ChaosUser,
  { room, mid, outcome }: Attempt,
): string | undefined {
  if (!outcome) return "is undecided for ever";
  if ("seq" in outcome) {
    const entry = backend.truth(room, outcome.epoch)[outcome.seq - 1];
    const same = entry?.mid === mid && entry.from?.id === user.id && outcome.mid === mid;
    return same ? undefined : `is acked at ${outcome.seq}, where there is ${entry?.mid}`;
  }
  const { code } = outcome;
  if (code === "closed" && plan.leaves) return undefined;
  if (code === "undecided" && mayBeUndecided(plan, backend, room)) return undefined;
  return `is refused with ${code}`;
}

/** Whether something in this world keeps the server from proving what became of a publish. */
function mayBeUndecided(plan: World["plan"], backend: Backend, room: string): boolean {
  const maxEntries = RETENTION.maxEntries ?? 0;
  if (plan.trims && backend.truths().some(({ entries }) => entries.length > maxEntries))
    return true;
  // A late answer to a try without a position can't be told from an answer to the last try.
  const { replyDelayed, messageDelayed, messageDoubled, freeze } = plan.rates;
  const late = replyDelayed + messageDelayed + messageDoubled + freeze > 0;
  return room.startsWith("@") && (late || plan.maxScan < 256);
}

/** What must hold of what an application saw: in order, once, no silent gap. */
export function checkView(world: World, backend: Backend, user: ChaosUser, view: View): void {
  const { room, events, start } = view;
  const bad = (text: string) =>
    void world.violations.push(`${user.id} in ${room.name}: ${text} (start ${start})`);
  const seen = new Set<string>();
  let epoch: string | undefined;
  let next = start === undefined ? undefined : start + 1;
  const onReset = ({ epochChanged, from, to }: Reset) => {
    if (epochChanged) epoch = undefined;
    else if (next !== undefined && from !== next) bad(`reset from ${from}, not ${next}`);
    next = to === undefined ? undefined : to + 1;
  };
  const onMessage = (message: Message) => {
    const { seq, mid } = message;
    const log = backend.truth(room.name, message.epoch);
    if (seen.has(keyOf(message))) bad(`${keyOf(message)} comes twice`);
    seen.add(keyOf(message));
    if (log[seq - 1]?.mid !== mid) bad(`${seq} is not ${mid}`);
    epoch ??= message.epoch;
    if (epoch !== message.epoch) bad(`epoch changed silently at ${seq}`);
    next ??= seq;
    if (next > seq) bad(`${seq} comes after ${next - 1}`);
    // What came from an earlier log already does not come again.
    const skipped = log.slice(next - 1, Math.max(next, seq) - 1);
    const missing = skipped.filter((entry) => !seen.has(keyOf(entry)));
    if (missing.length > 0) bad(`${missing.map((entry) => entry.seq)} missing before ${seq}`);
    next = seq + 1;
  };
  for (const event of events) {
    if (isMessage(event)) onMessage(event);
    else onReset(event);
  }
}

/** What must hold soon after the last fault. */
export function checkHealed(world: World, backend: Backend, user: ChaosUser): void {
  const bad = (text: string) => void world.violations.push(`${user.id} ${text}`);
  // The platform goes on cutting connections at their age.
  if (user.client.state !== "open" && !world.plan.maxAgeMs) bad(`is ${user.client.state}`);
  for (const { room, pending, left } of user.views) {
    if (pending > 0) bad(`has ${pending} pending in ${room.name}`);
    if (left !== undefined) {
      if (left !== "left") bad(`left ${room.name}: ${left}`);
      continue;
    }
    const { seq, epoch } = room.position ?? {};
    const head = backend.truth(room.name).length;
    if (seq !== head || epoch !== backend.epoch) {
      bad(`is at ${epoch} ${seq} in ${room.name}, the head is ${backend.epoch} ${head}`);
    }
  }
}

/** What must hold once the leases of the dead have ended. */
export function checkPresence(world: World, users: readonly ChaosUser[]): void {
  const names = new Set(users.flatMap(({ views }) => views.map(({ room }) => room.name)));
  for (const name of names) {
    if (name.startsWith("@")) continue;
    const there = users.flatMap(({ id, views }) => {
      const view = views.findLast(({ room }) => room.name === name);
      return view && view.left === undefined ? [{ id, room: view.room }] : [];
    });
    const expected = [...new Set(there.map(({ id }) => id))].sort().join();
    for (const { id, room } of there) {
      const online = room.presence?.members?.map((member) => member.id).join();
      if (online !== expected) {
        world.violations.push(`${id} sees [${online}] in ${name}, not [${expected}]`);
      }
    }
  }
}

const FORBIDDEN = [
  "internal",
  "bad_frame",
  "bad_data",
  "unknown_frame",
  "unknown_event",
  "bad_room",
];

/** No fault of the network may look like a fault of the client. */
export function checkErrors({ violations, plan }: World, { id, errors }: ChaosUser): void {
  for (const { code, message } of errors) {
    if (plan.calm || FORBIDDEN.includes(code)) violations.push(`${id} is told ${code}: ${message}`);
  }
}
