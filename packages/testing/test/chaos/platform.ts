import type { HubGateway } from "@hubbub/core";
import type { Backend } from "./backend.ts";
import { createChaosChat } from "./chaos-chat.ts";
import type { Gateway } from "./gateway.ts";
import { createInstance, type Instance } from "./instance.ts";
import type { Link, Platform } from "./link.ts";
import type { World } from "./world.ts";

/** Runs hub instances as a function platform does. */
export interface Cloud extends Platform {
  /** All instances end at once, and the backend forgets its log. */
  restart(): void;
  /** Calls the hub as a route of the application would. */
  call(run: (hub: HubGateway) => Promise<unknown>): Promise<void>;
}

type Seen = Pick<Platform, "seen" | "sent">;

/** Creates a platform without instances. */
export function createCloud(world: World, backend: Backend, gateway: Gateway, seen: Seen): Cloud {
  const { plan, clock, random, strikes, lateMs, wayMs, trace } = world;
  const chat = createChaosChat(plan);
  let instances: Instance[] = [];

  function start(): Instance {
    const instance = createInstance(world, chat, backend, gateway, () => {
      instances = instances.filter((one) => one !== instance);
    });
    instances.push(instance);
    return instance;
  }

  function pick(): Instance {
    const free = instances.filter(({ busy }) => plan.shared || busy === 0);
    const wanted = plan.shared ? plan.instances : free.length + (random() < 0.05 ? 1 : 0);
    const one = free[Math.floor(random() * Math.max(wanted, 1))] ?? start();
    one.thaw();
    return one;
  }

  /** One invocation; it may never answer. */
  async function invoke<T extends object>(run: (hub: HubGateway) => Promise<T>): Promise<T> {
    const instance = pick();
    instance.busy++;
    const result = await run(instance.hub);
    const free = () => void instance.busy--;
    if (!plan.shared && strikes("freeze")) {
      trace(() => "instance frozen");
      // A writer that wakes up later than retention allows would break the log's contract.
      if (plan.trims) instance.die();
      else instance.freeze();
      free();
    } else void Promise.resolve((result as { done?: Promise<unknown> }).done).then(free);
    return result;
  }

  async function handle(link: Link, data: string): Promise<void> {
    const deadlineAt = plan.deadlines ? clock.now() + 5000 + random() * 5000 : undefined;
    const { id } = link;
    const result = await invoke((hub) => hub.transport({ connectionId: id, data, deadlineAt }));
    if (strikes("replyLost")) return trace(() => `${id} reply lost ${result.replies}`);
    const way = wayMs() + (strikes("replyDelayed") ? lateMs(15_000) : 0);
    for (const text of result.replies) link.deliver(text, way, "reply");
    const { close } = result;
    if (close) clock.setTimer(way, () => link.closeByServer(close.code, close.reason));
  }

  /** When a message is handled: never, late, or twice. */
  function arrivals(): number[] {
    if (strikes("messageLost")) return [];
    const once = () => wayMs() + (strikes("messageDelayed") ? lateMs(4000) : 0);
    if (!strikes("messageDoubled")) return [once()];
    return [once(), once() + lateMs(random() < 0.5 ? 1000 : 120_000)];
  }

  function message(link: Link, text: string): void {
    for (const [time, ms] of arrivals().entries()) {
      clock.setTimer(ms, () => {
        trace(() => `${link.id} handled${time > 0 ? " again" : ""} ${text}`);
        void handle(link, text);
      });
    }
  }

  return {
    ...seen,
    async arrive(link, subprotocols) {
      if (strikes("connectRefused")) return false;
      const event = { connectionId: link.id, subprotocols, query: {} };
      const result = await invoke((hub) => hub.register(event));
      const { maxAgeMs } = plan;
      if (maxAgeMs) {
        clock.setTimer(maxAgeMs, () => link.kill({ client: wayMs(), server: [wayMs()] }));
      }
      return result.accepted;
    },
    message,
    left(link, ms) {
      clock.setTimer(ms + wayMs(), () => {
        trace(() => `${link.id} cleanup`);
        void invoke((hub) => hub.cleanup({ connectionId: link.id })).catch((error: unknown) =>
          trace(() => `cleanup failed ${error}`),
        );
      });
    },
    restart() {
      trace(() => "restart");
      for (const instance of [...instances]) instance.die();
      backend.restart(random() < 0.5);
      if (random() < 0.5) {
        for (const link of gateway.links.values()) link.kill({ client: wayMs(), server: [] });
      }
    },
    async call(run) {
      await invoke(async (hub) => {
        await run(hub).catch((error: unknown) => trace(() => `call failed ${error}`));
        return {};
      });
    },
  };
}
