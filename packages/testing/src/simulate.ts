import { type Chat, type EventDefinitions, InvalidArgumentError, type User } from "@hubbub/core";
import { createBackend } from "./simulation/backend.ts";
import { checkCalm } from "./simulation/check-calm.ts";
import { checkAttempts, checkLogs } from "./simulation/check-logs.ts";
import { checkPresence, checkRows } from "./simulation/check-presence.ts";
import { checkSimulateOptions } from "./simulation/check-simulate-options.ts";
import { checkErrors, checkHealed, checkViews } from "./simulation/check-views.ts";
import type { Faults } from "./simulation/fault-rates.ts";
import { createGateway } from "./simulation/gateway.ts";
import { createSocketClass } from "./simulation/link.ts";
import { createObserver } from "./simulation/observer.ts";
import { drawPlan, type SimulateOptions } from "./simulation/plan.ts";
import { createPlatform } from "./simulation/platform.ts";
import { createSimulatedClient } from "./simulation/simulated-client.ts";
import { scheduleCuts, scheduleWork } from "./simulation/workload.ts";
import { createWorld, type Violation, type World } from "./simulation/world.ts";

/** What a run showed. */
export interface SimulationReport {
  /** What was promised and did not hold; empty if all is well. */
  readonly violations: readonly Violation[];
  /** The same for every run of the same chat with the same options. */
  readonly fingerprint: string;
  /** How many things happened, one after the other. */
  readonly events: number;
  /** Whether there were no faults at all. */
  readonly calm: boolean;
  /** The faults there were, drawn or given. */
  readonly faults: Faults;
}

const HEAL_MS = 100_000; // Two heartbeats, the patience after one, and the longest backoff.
const STEP_MS = 10_000;
const LEASES_MS = 30_000; // Together with the time to heal: the leases of the dead, and a heartbeat to tell.

/**
 * Runs a chat with real clients on a simulated platform in virtual time, lets faults strike, lets it
 * heal, and checks what hubbub promises. The same seed does the same again.
 *
 * @param chat What `defineChat` returned. Its hooks must use no real time, timers or randomness.
 * @param options Seed, platform, faults, and who does what.
 * @returns What did not hold.
 * @throws InvalidArgumentError if `chat` is no chat definition, or an option is unknown or wrong.
 */
export async function simulate<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: SimulateOptions = {},
): Promise<SimulationReport> {
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  checkSimulateOptions(options);
  const simulated = letGuestsIn(chat as unknown as Chat);
  const plan = drawPlan(simulated, options);
  const world = createWorld(plan, options);
  const { clock, trace } = world;
  trace(() => `plan ${JSON.stringify({ ...plan, gateway: plan.gateway.host })}`);
  const backend = createBackend(world);
  const isUp = (connectionId: string) => gateway.links.get(connectionId)?.up === true;
  const observer = createObserver(world, backend, isUp);
  const gateway = createGateway(world, observer);
  const platform = createPlatform(world, simulated, backend, gateway, observer);
  const clients = plan.users.map((user, index) => {
    const WebSocket = createSocketClass(world, index, platform, gateway.links);
    return createSimulatedClient(world, user, index, WebSocket);
  });
  scheduleWork(world, clients, platform);
  scheduleCuts(world, gateway.links, platform);

  await clock.advance(plan.activeMs);
  world.heal();
  trace(() => "from here on no fault strikes");
  const isSettled = await settle(world, async (one) => {
    for (const client of clients) {
      checkAttempts(one, backend, client);
      checkHealed(one, backend, client);
    }
    if (chat.presence) checkPresence(one, clients);
    await checkRows(one, backend, clients, gateway.links);
  });
  checkLogs(world, backend);
  for (const client of clients) {
    checkAttempts(world, backend, client);
    checkViews(world, backend, client);
    checkHealed(world, backend, client);
    checkErrors(world, client);
  }
  if (plan.calm) checkCalm(world, observer, clients);
  if (!isSettled) await clock.advance(LEASES_MS);
  if (chat.presence) checkPresence(world, clients);
  await checkRows(world, backend, clients, gateway.links);
  for (const { client } of clients) void client.close();
  await clock.advance(0);
  return {
    violations: world.violations,
    fingerprint: world.fingerprint(),
    events: clock.firedTimers,
    calm: plan.calm,
    faults: plan.faults,
  };
}

/** The digest that makes a guest's id takes real time, so here a token stands for the session. */
function letGuestsIn(chat: Chat): Chat {
  const { definition } = chat;
  if (definition.authenticate) return chat;
  const authenticate = ({ token = "" }) => ({ userId: `guest-${token}` });
  return { ...chat, definition: { ...definition, authenticate } };
}

/**
 * Waits until everything has healed, or has had the time for it. Without faults it waits all the time:
 * nothing may happen then that was not asked for.
 *
 * @returns Whether nothing is left to wait for.
 */
async function settle(world: World, look: (world: World) => Promise<void>): Promise<boolean> {
  const { clock, plan } = world;
  for (let waitedMs = 0; waitedMs < HEAL_MS; waitedMs += STEP_MS) {
    await clock.advance(STEP_MS);
    if (plan.calm) continue;
    let open = 0;
    await look({ ...world, violated: () => void open++ });
    if (open === 0) return true;
  }
  return false;
}
