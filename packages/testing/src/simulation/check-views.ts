import type { Message, Reset } from "@hubbub/client";
import type { Backend } from "./backend.ts";
import type { Plan } from "./plan.ts";
import type { SimulatedClient, View } from "./simulated-client.ts";
import type { World } from "./world.ts";

const keyOf = ({ from, mid }: { from?: { id: string } | undefined; mid: string }) =>
  `${mid} of ${from?.id}`;

type ViewedWorld = Pick<World, "violated"> & { readonly plan: Pick<Plan, "mayReset"> };

/** What an application saw of a room. */
interface SeenView extends Pick<View, "events" | "start"> {
  readonly room: { readonly name: string };
}

/** What must hold of what an application saw: in order, once, no silent gap. */
export function checkViews(
  world: ViewedWorld,
  backend: Pick<Backend, "log">,
  { name, views }: { readonly name: string; readonly views: readonly SeenView[] },
): void {
  for (const view of views) checkView(world, backend, name, view);
}

function checkView(
  { violated, plan }: ViewedWorld,
  backend: Pick<Backend, "log">,
  name: string,
  view: SeenView,
): void {
  const { room, events, start } = view;
  const bad = (guarantee: string, text: string) =>
    violated(guarantee, `${name} in ${room.name}: ${text} (it began after ${start})`);
  const seen = new Set<string>();
  let epoch: string | undefined;
  let next = start === undefined ? undefined : start + 1;

  /** What lies between the two and did not come already, from an earlier log: that does not come again. */
  const missingBetween = (first: number, end: number) =>
    backend
      .log(room.name, epoch)
      .slice(first - 1, end - 1)
      .filter((entry) => !seen.has(keyOf(entry)));

  const cameBefore = (first: number, end: number) =>
    first < end &&
    end <= backend.log(room.name, epoch).length + 1 &&
    missingBetween(first, end).length === 0;

  function onReset({ epochChanged, from = 0, to }: Reset): void {
    if (epochChanged) epoch = undefined;
    else if (!plan.mayReset) bad("G4", `reset to ${to}, though nothing was lost`);
    else if (next !== undefined && !(from === next || cameBefore(next, from))) {
      bad("G4", `reset from ${from}, not ${next}`);
    }
    next = to === undefined ? undefined : to + 1;
  }

  function onMessage(message: Message): void {
    const { seq, mid } = message;
    const log = backend.log(room.name, message.epoch);
    if (seen.has(keyOf(message))) bad("G5", `${keyOf(message)} comes twice`);
    seen.add(keyOf(message));
    if (log[seq - 1]?.mid !== mid) bad("G3", `${seq} is not ${mid}`);
    epoch ??= message.epoch;
    if (epoch !== message.epoch) bad("G4", `the epoch changed silently at ${seq}`);
    next ??= seq;
    if (next > seq) bad("G3", `${seq} comes after ${next - 1}`);
    const missing = missingBetween(next, Math.max(next, seq));
    if (missing.length > 0) {
      bad("G4", `${missing.map((entry) => entry.seq)} missing before ${seq}`);
    }
    next = seq + 1;
  }

  for (const event of events) {
    if ("seq" in event) onMessage(event);
    else onReset(event);
  }
}

/** What must hold soon after the last fault: everybody is connected, at the head, with nothing to send. */
export function checkHealed(world: World, backend: Backend, who: SimulatedClient): void {
  const { violated, plan } = world;
  const { name, client, views } = who;
  if (client.state === "closed" && who.mayBeClosed) return;
  // The platform goes on cutting connections at their age.
  if (client.state !== "open" && plan.maxAgeMs > 200_000)
    violated("G6", `${name} is ${client.state}`);
  for (const view of views) {
    const problem = view.left === undefined ? lagOf(backend, view) : endOf(world, view);
    if (problem) violated("G6", `${name} ${problem}`);
    if (view.pending > 0)
      violated("G6", `${name} has ${view.pending} pending in ${view.room.name}`);
  }
}

function lagOf(backend: Backend, { room }: View): string | undefined {
  const { seq, epoch } = room.position ?? {};
  const head = backend.log(room.name).length;
  if (seq === head && epoch === backend.epoch) return undefined;
  return `is at ${epoch} ${seq} in ${room.name}, the head is ${backend.epoch} ${head}`;
}

function endOf({ plan }: World, { room, left }: View): string | undefined {
  const isFine = left === "left" || (left === "kicked" && plan.moves > 0);
  return isFine ? undefined : `left ${room.name}: ${left}`;
}

/** No fault of the network may look like a fault of the client. */
const FORBIDDEN = [
  "internal",
  "bad_frame",
  "bad_data",
  "unknown_frame",
  "unknown_event",
  "bad_room",
];

/** What a client must never be told. */
export function checkErrors({ violated, plan }: World, { name, errors }: SimulatedClient): void {
  for (const { code, message } of errors) {
    if (code === "rate_limited") continue; // Whoever is too fast is told to wait: no fault.
    if (plan.calm) violated("calm", `${name} is told ${code}: ${message}`);
    else if (FORBIDDEN.includes(code)) violated("G4", `${name} is told ${code}: ${message}`);
  }
}
