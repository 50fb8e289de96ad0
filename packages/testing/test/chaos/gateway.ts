import type { Pusher, PusherGroups } from "@hubbub/core";
import type { Link } from "./link.ts";
import type { World } from "./world.ts";

/** The platform's end of all sockets. */
export interface Gateway {
  readonly links: Map<string, Link>;
  readonly pusher: Pusher;
}

/** Creates a gateway without sockets, whose pushes may be lost, late, doubled or refused. */
export function createGateway(world: World): Gateway {
  const { plan, strikes, lateMs, wayMs } = world;
  const links = new Map<string, Link>();
  const push = (link: Link, text: string) => {
    if (strikes("pushLost")) return;
    const times = strikes("pushDoubled") ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const late = strikes("pushDelayed") ? lateMs(5000) : 0;
      link.deliver(text, wayMs() + late, "push");
    }
  };
  const pusher: Pusher = {
    async send(connectionId, text) {
      const link = links.get(connectionId);
      if (strikes("pushRejected")) throw new Error("planned");
      if (strikes("pushThrottled")) return "throttled";
      if (!link?.up) return plan.deaf ? "sent" : "gone";
      push(link, text);
      return "sent";
    },
    async close(connectionId, code, reason) {
      links.get(connectionId)?.closeByServer(code, reason);
    },
  };
  if (!plan.groups) return { links, pusher };
  return { links, pusher: { ...pusher, groups: createGroups(links, push, world) } };
}

function createGroups(
  links: Map<string, Link>,
  push: (link: Link, text: string) => void,
  { strikes }: World,
): PusherGroups {
  const groups = new Map<string, Set<string>>();
  return {
    async join(group, connectionId) {
      groups.set(group, (groups.get(group) ?? new Set()).add(connectionId));
    },
    async leave(group, connectionId) {
      groups.get(group)?.delete(connectionId);
    },
    async broadcast(group, text, { except = [] } = {}) {
      if (strikes("pushRejected")) throw new Error("planned");
      for (const connectionId of groups.get(group) ?? []) {
        const link = links.get(connectionId);
        if (link?.up && !except.includes(connectionId)) push(link, text);
      }
      return undefined;
    },
  };
}
