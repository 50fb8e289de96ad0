import type { Pusher, PusherGroups, PushResult } from "@hubbub/core";
import type { Link } from "./link.ts";
import type { World } from "./world.ts";

/** The platform's end of all sockets. */
export interface Gateway {
  readonly links: Map<string, Link>;
  readonly pusher: Pusher;
}

/** Who looks at the pushes. */
export interface PushWatch {
  /** The chat tries to push to somebody. */
  attempted(connectionId: string, text: string): void;
  /** The chat takes somebody out of a group: from then on it is owed nothing, until it joins again. */
  leftGroup(group: string, connectionId: string): void;
}

/** Creates a gateway without sockets, whose pushes may be lost, late, doubled or refused. */
export function createGateway(world: World, watch: PushWatch): Gateway {
  const { plan, strikes, clock, lateMs, wayMs, random } = world;
  const { maxBytes, deadPushes } = plan.gateway;
  const links = new Map<string, Link>();
  const push = (link: Link, text: string) => {
    if (strikes("pushLost")) return;
    const times = strikes("pushDoubled") ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const late = strikes("pushDelayed") ? lateMs(5000) : 0;
      link.deliver(text, wayMs() + late, "push");
    }
  };
  const sendTo = (link: Link, text: string): PushResult => {
    const isTakenForGone = deadPushes === "gone" && strikes("pushGone");
    if (!isTakenForGone || random() < 0.5) push(link, text);
    return isTakenForGone ? "gone" : "sent";
  };
  const pusher: Pusher = {
    async send(connectionId, text) {
      watch.attempted(connectionId, text);
      const link = links.get(connectionId);
      if (strikes("pushSlow")) await clock.sleep(Math.floor(random() * 10_000));
      if (strikes("pushRejected")) throw new Error("planned");
      if (strikes("pushThrottled")) return "throttled";
      if (text.length > maxBytes) return "too-large";
      return link?.up ? sendTo(link, text) : deadPushes;
    },
    async close(connectionId, code, reason) {
      const way = wayMs();
      links.get(connectionId)?.die({ client: way, server: [way], code, reason });
    },
  };
  if (!plan.gateway.groups) return { links, pusher };
  return { links, pusher: { ...pusher, groups: createGroups(links, push, watch, world) } };
}

function createGroups(
  links: Map<string, Link>,
  push: (link: Link, text: string) => void,
  watch: PushWatch,
  { strikes }: World,
): PusherGroups {
  const groups = new Map<string, Set<string>>();
  return {
    async join(group, connectionId) {
      groups.set(group, (groups.get(group) ?? new Set()).add(connectionId));
    },
    async leave(group, connectionId) {
      groups.get(group)?.delete(connectionId);
      watch.leftGroup(group, connectionId);
    },
    async broadcast(group, text, { except = [] } = {}) {
      const members = [...(groups.get(group) ?? [])];
      for (const connectionId of members) watch.attempted(connectionId, text);
      if (strikes("pushRejected")) throw new Error("planned");
      for (const connectionId of members) {
        const link = links.get(connectionId);
        if (link?.up && !except.includes(connectionId)) push(link, text);
      }
      return undefined;
    },
  };
}
