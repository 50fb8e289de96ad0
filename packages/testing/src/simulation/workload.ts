import type { Link } from "./link.ts";
import type { Platform } from "./platform.ts";
import type { SimulatedClient } from "./simulated-client.ts";
import type { World } from "./world.ts";

/** Lets everybody join, write, leave and come back. */
export function scheduleWork(
  world: World,
  clients: readonly SimulatedClient[],
  platform: Platform,
): void {
  const { plan, clock, random } = world;
  const joinedBy = plan.activeMs * 0.15;
  for (const [index, client] of clients.entries()) {
    const { user } = client;
    for (const room of user.rooms) clock.setTimer(random() * joinedBy, () => client.join(room));
    if (user.inbox) clock.setTimer(random() * joinedBy, () => client.joinInbox());
    schedulePublishes(world, client, index);
  }
  scheduleServer(world, clients, platform);
  for (let move = 0; move < plan.moves; move++) scheduleMove(world, clients, platform);
}

function schedulePublishes(world: World, client: SimulatedClient, index: number): void {
  const { plan, clock, random } = world;
  const { rooms, writesTo = [] } = client.user;
  const targets = [...rooms, ...rooms, ...writesTo.map((id) => `@${id}`)];
  const at = () => plan.activeMs * (0.03 + 0.93 * random());
  const begin = at();
  const isBurst = random() < 0.3;
  // Users have the same mids: a mid is only unique for its user.
  const { token } = client.user;
  const twins = plan.users.slice(0, index).filter((one) => one.token === token);
  for (let turn = 1; turn <= plan.messages; turn++) {
    const room = targets[Math.floor(random() * targets.length)];
    if (room === undefined) return;
    const { event, data } = plan.message({ user: index, turn, room });
    const when = isBurst ? Math.min(begin + random() * 2000, plan.activeMs) : at();
    clock.setTimer(when, () => client.publish(room, event, data, `m-${twins.length}-${turn}`));
  }
}

/** What the application's own code does: it publishes, and asks who is there. */
function scheduleServer(
  world: World,
  clients: readonly SimulatedClient[],
  platform: Platform,
): void {
  const { plan, clock, random } = world;
  const room = clients[0]?.user.rooms[0];
  if (room === undefined) return;
  const publishes = plan.forgetsSoon ? 140 : Math.floor(random() * 3);
  for (let turn = 1; turn <= publishes; turn++) {
    const { event, data } = plan.message({ user: -1, turn, room });
    const call = () => platform.call((hub) => hub.publish(room, event, data));
    clock.setTimer(random() * plan.activeMs, call);
  }
  if (random() < 0.2) {
    clock.setTimer(random() * plan.activeMs, () => platform.call((hub) => hub.online(room)));
  }
}

/** Somebody leaves a room and comes back; somebody is removed from one and comes back. */
function scheduleMove(
  { plan, clock, random, trace }: World,
  clients: readonly SimulatedClient[],
  platform: Platform,
): void {
  const client = clients[Math.floor(random() * clients.length)];
  const room = client?.user.rooms[Math.floor(random() * client.user.rooms.length)];
  if (!client || room === undefined) return;
  const isKick = random() < 0.4;
  const isForGood = isKick && random() < (plan.aim?.point === "pusher.close" ? 0.5 : 0.1);
  const at = plan.activeMs * (0.2 + 0.5 * random());
  clock.setTimer(at, () => {
    const what = isForGood ? "is thrown out, also of" : isKick ? "is removed from" : "leaves";
    trace(() => `${client.name} ${what} ${room}`);
    const userId = client.client.user?.id;
    if (!isKick) void client.view(room)?.room.leave();
    else if (userId !== undefined) {
      if (isForGood) expel(clients, client);
      platform.call((hub) => hub.kick(userId, isForGood ? {} : { room }));
    }
  });
  const back = at + random() * (random() < 0.7 ? 150 : plan.activeMs * 0.2);
  clock.setTimer(back, () => {
    // Whoever was not removed, since the call failed, is still there.
    if (client.view(room)?.left !== undefined) client.join(room);
  });
}

/** From now on the clients of a user may be closed: they are told not to come back. */
function expel(clients: readonly SimulatedClient[], { user, client }: SimulatedClient): void {
  for (const one of clients) {
    // One that was not welcomed yet does not know who it is.
    const says = one.user.token === user.token && one.user.session === user.session;
    if (says || one.client.user?.id === client.user?.id) one.mayBeClosed = true;
  }
}

/** Cuts connections, and loses the log. */
export function scheduleCuts(
  world: World,
  links: ReadonlyMap<string, Link>,
  platform: Pick<Platform, "loseLog">,
): void {
  const { plan, clock, random, wayMs, lateMs } = world;
  const { socketCuts, logLosses } = plan.faults;
  const cut = () => {
    const up = [...links.values()].filter((link) => link.up);
    const link = up[Math.floor(random() * up.length)];
    const client = [wayMs(), lateMs(20_000), undefined][Math.floor(random() * 3)];
    const server = [[wayMs()], [lateMs(60_000)], [], [wayMs(), lateMs(60_000)]];
    link?.die({ client, server: server[Math.floor(random() * 4)] ?? [] });
  };
  for (let n = 0; n < socketCuts; n++) clock.setTimer(random() * plan.activeMs, cut);
  for (let n = 0; n < logLosses; n++) clock.setTimer(random() * plan.activeMs, platform.loseLog);
}

/** The rooms in which anybody is. */
export function roomsOf(clients: readonly SimulatedClient[]): string[] {
  return [...new Set(clients.flatMap(({ views }) => views.map(({ room }) => room.name)))];
}
