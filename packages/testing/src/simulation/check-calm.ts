import type { Observer } from "./observer.ts";
import type { Plan } from "./plan.ts";
import type { Attempt, SimulatedClient, View } from "./simulated-client.ts";
import type { World } from "./world.ts";

interface CalmWorld extends Pick<World, "violated"> {
  readonly plan: Pick<Plan, "activeMs" | "latencyMs" | "storeMs" | "mayReset">;
}

interface CalmClient extends Pick<SimulatedClient, "name"> {
  readonly attempts: readonly Pick<Attempt, "room">[];
  readonly views: readonly (Pick<View, "events"> & { readonly room: { readonly name: string } })[];
}

const RUSH_MS = 5000;

/**
 * What must hold without faults: nothing is repaired, repeated or opened again. What heals by itself
 * hides what broke it, so only a calm run shows it.
 */
export function checkCalm(
  { plan, violated }: CalmWorld,
  observer: Pick<Observer, "count" | "sockets" | "slowestMs">,
  clients: readonly CalmClient[],
): void {
  const attempts = clients.flatMap((client) => client.attempts);
  // The first publish to an inbox is told the position, and comes again.
  const inboxes = clients.flatMap((client) => [
    ...new Set(client.attempts.map(({ room }) => room).filter((room) => room.startsWith("@"))),
  ]);
  // Whoever is too fast is told to wait: no fault.
  const again = inboxes.length + observer.count("rate_limited");
  const joins = clients.reduce((sum, { views }) => sum + views.length, 0);
  const expect = (what: string, actual: number, most: number) => {
    if (actual > most) violated("calm", `${actual} ${what} instead of at most ${most}`);
  };
  expect("publishes", observer.count("publish"), attempts.length + again);
  expect("joins", observer.count("join"), joins + observer.count("rate_limited"));
  // Where all that is said is said within moments, pushes overtake each other by more than a client holds back.
  const isRush = plan.activeMs < RUSH_MS;
  if (!isRush) expect("history requests", observer.count("history"), 0);
  // What they ask for then may be gone already, where the log keeps little.
  const mayReset = isRush && plan.mayReset;
  expect("own messages pushed to their sender", observer.count("echo"), 0);
  expect("sockets", observer.sockets, clients.length);
  for (const { name, views } of clients) {
    for (const { room, events } of views) {
      const resets = events.filter((event) => !("seq" in event)).length;
      if (resets > 0 && !mayReset) violated("calm", `${name} is reset in ${room.name}`);
    }
  }
  // Through the network once, after what the fan-out reads and, one after the other, whom it pushes to.
  const calls = 6 + 3 * clients.length;
  const mostMs = plan.latencyMs + calls * plan.storeMs + 10;
  expect("ms from append to delivery", observer.slowestMs, mostMs);
}
