import type { WebSocketConstructor } from "@hubbub/client";
import { createBackend } from "./backend.ts";
import {
  checkAttempts,
  checkErrors,
  checkHealed,
  checkLogs,
  checkPresence,
  checkView,
} from "./checks.ts";
import { createGateway } from "./gateway.ts";
import { createSocketClass, type Link } from "./link.ts";
import { type Cloud, createCloud } from "./platform.ts";
import { type ChaosUser, createUser } from "./user.ts";
import { createWatch } from "./watch.ts";
import { createWorld, type World } from "./world.ts";

const HEAL_MS = 100_000; // Two heartbeats, the patience after one, and the longest backoff.
const LEASES_MS = 120_000; // The leases of the dead, and a heartbeat to tell.

/** Runs one seed; answers what must not have happened. */
export async function runSeed(seed: number, lines?: string[]): Promise<string[]> {
  const world = createWorld(seed, lines);
  const { clock, plan, random } = world;
  const backend = createBackend(world);
  const gateway = createGateway(world);
  const watch = createWatch(world);
  const cloud = createCloud(world, backend, gateway, watch);
  world.trace(() => JSON.stringify({ ...plan, random: undefined }));
  const users = ["ada", "bob", plan.twins ? "bob" : "eve"].map((id, owner) => {
    const WebSocket = createSocketClass(world, owner, cloud, gateway.links);
    return createUser(world, id, WebSocket as WebSocketConstructor);
  });
  for (const [owner, user] of users.entries()) {
    clock.setTimer(random() * 5000, () => user.join("lobby"));
    if (owner < 2) clock.setTimer(random() * 20_000, () => user.join("attic"));
    if (owner > 0) clock.setTimer(random() * 20_000, () => user.join(`@${user.id}`));
  }
  schedulePublishes(world, users, cloud);
  scheduleFaults(world, users, gateway.links, cloud);
  await clock.advance(plan.activeMs);
  world.heal();
  world.trace(() => "HEAL");
  await clock.advance(HEAL_MS);
  checkLogs(world, backend);
  for (const user of users) {
    checkAttempts(world, backend, user);
    for (const view of user.views) checkView(world, backend, user, view);
    checkHealed(world, backend, user);
    checkErrors(world, user);
  }
  if (plan.calm) watch.checkCalm(users);
  await clock.advance(LEASES_MS);
  if (plan.presence) checkPresence(world, users);
  await Promise.all(users.map(({ client }) => client.close()));
  await clock.advance(0);
  return world.violations;
}

function schedulePublishes(world: World, users: readonly ChaosUser[], cloud: Cloud): void {
  const { plan, clock, random } = world;
  const at = () => 21_000 + random() * (plan.activeMs - 22_000);
  for (const [owner, user] of users.entries()) scheduleUser(world, owner, user, at);
  const calls = plan.trims ? 200 : Math.floor(random() * 3);
  for (let n = 1; n <= calls; n++) {
    const text = `server ${n}`;
    clock.setTimer(at(), () => void cloud.call((hub) => hub.publish("lobby", "say", { text })));
  }
}

function scheduleUser(
  { plan, clock, random }: World,
  owner: number,
  user: ChaosUser,
  at: () => number,
): void {
  const rooms = ["lobby", owner < 2 ? "attic" : "lobby", owner > 0 ? "@ada" : "@bob"];
  const bursts = random() < 0.3;
  const begin = at();
  const count = 8 + Math.floor(random() * 13);
  for (let n = 1; n <= count; n++) {
    const name = rooms[Math.max(0, Math.floor(random() * 5) - 2)] ?? "lobby";
    const text = `${owner}-${n}${plan.smallReplies ? "x".repeat(random() * 50) : ""}`;
    const when = bursts ? begin + random() * 2000 : at();
    clock.setTimer(when, () => user.publish(name, text));
  }
}

function scheduleFaults(
  world: World,
  users: readonly ChaosUser[],
  links: ReadonlyMap<string, Link>,
  cloud: Cloud,
): void {
  const { plan, clock, random, wayMs, lateMs, trace } = world;
  const kill = () => {
    const up = [...links.values()].filter((link) => link.up);
    const link = up[Math.floor(random() * up.length)];
    const client = [wayMs(), lateMs(20_000), undefined][Math.floor(random() * 3)];
    const server = [[wayMs()], [lateMs(60_000)], [], [wayMs(), lateMs(60_000)]];
    link?.kill({ client, server: server[Math.floor(random() * 4)] ?? [] });
  };
  for (let n = 0; n < plan.kills; n++) clock.setTimer(random() * plan.activeMs, kill);
  for (let n = 0; n < plan.restarts; n++) clock.setTimer(random() * plan.activeMs, cloud.restart);
  if (!plan.leaves) return;
  const at = 30_000 + random() * (plan.activeMs - 60_000);
  const name = random() < 0.5 ? "lobby" : "attic";
  const user = users[1];
  clock.setTimer(at, () => {
    trace(() => `bob leaves ${name}`);
    void user?.views.findLast(({ room }) => room.name === name)?.room.leave();
  });
  clock.setTimer(at + random() * (random() < 0.5 ? 300 : 20_000), () => user?.join(name));
}
