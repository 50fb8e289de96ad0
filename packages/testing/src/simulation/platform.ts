import type { Chat, FanOutJob, HubGateway, TransportResult } from "@hubbub/core";
import type { Backend } from "./backend.ts";
import { checkAnswers } from "./check-answers.ts";
import type { Gateway } from "./gateway.ts";
import { createInvoker, type StartedProcess } from "./invoker.ts";
import type { Link, LinkEvents } from "./link.ts";
import type { Observer } from "./observer.ts";
import { createProcess, type Process } from "./process.ts";
import { createProcessWatch } from "./process-watch.ts";
import { watchAge } from "./watch-age.ts";
import type { World } from "./world.ts";

/** Runs a chat as a platform does. */
export interface Platform extends LinkEvents {
  /** All processes end at once, and the backend forgets its log. */
  loseLog(): void;
  /** Calls the hub as a route of the application would. */
  call(run: (hub: HubGateway) => Promise<unknown>): void;
}

const FAILURE_TEXT = JSON.stringify({ message: "Internal server error", connectionId: "x" });
const RETRY_JOB_MS = 2000;
const SIX_HOURS_MS = 21_600_000;

/** Creates a platform without processes. */
export function createPlatform(
  world: World,
  chat: Chat,
  backend: Backend,
  gateway: Gateway,
  observer: Observer,
): Platform {
  const { plan, clock, random, strikes, lateMs, wayMs, trace, violated } = world;
  const { replies, failure, cleanup, maxBytes } = plan.gateway;
  const queue = plan.hasQueue
    ? { enqueue: async (job: FanOutJob) => void clock.setTimer(wayMs(), () => work(job)) }
    : undefined;
  function start(): StartedProcess {
    const watch = createProcessWatch(world);
    const process = createProcess(world, chat, backend, gateway, queue, watch);
    return { process, watch };
  }
  const invoker = createInvoker(world, start, () => {
    if (plan.gateway.host === "process") cutAll();
  });

  function work(job: FanOutJob, tries = 1): void {
    trace(() => `worker ${JSON.stringify(job)}`);
    invoker.invoke({
      call: (hub, deadlineAt) => hub.fanOut(job, deadlineAt === undefined ? {} : { deadlineAt }),
      failed() {
        if (tries < 3) clock.setTimer(RETRY_JOB_MS, () => work(job, tries + 1));
      },
    });
  }

  function reply(link: Link, result: TransportResult): void {
    if (strikes("replyLost")) {
      trace(() => `${link.id} reply lost ${result.replies}`);
      return;
    }
    const way = wayMs() + (strikes("replyDelayed") ? lateMs(15_000) : 0);
    for (const text of result.replies) link.deliver(text, way, "reply");
    const { close } = result;
    if (!close) return;
    clock.setTimer(way, () => link.die({ client: wayMs(), server: [wayMs()], ...close }));
  }

  /** Pushes the answers to their sender, as part of the invocation. */
  async function pushAnswers(process: Process, link: Link, result: TransportResult): Promise<void> {
    const { send } = process.pusher;
    for (const text of result.replies) {
      if (text.length <= maxBytes) await send(link.id, text).catch(() => undefined);
    }
    const { close } = result;
    if (close) await process.pusher.close(link.id, close.code, close.reason);
  }

  function handle(link: Link, data: string, retries = 0): void {
    const { id: connectionId } = link;
    const since = clock.now();
    invoker.invoke({
      call: (hub, deadlineAt) => hub.transport({ connectionId, data, deadlineAt }),
      async answered(result, process) {
        observer.answered(connectionId, result.replies);
        if (replies === "push") await pushAnswers(process, link, result);
        else if (replies === "at-once") reply(link, result);
      },
      async finished(result, ending) {
        if (replies === "result") reply(link, result);
        await checkAnswers(world, observer, { connectionId, result, ending, since });
      },
      failed() {
        const retryMs = plan.gateway.retryAfterMs[retries];
        if (retryMs !== undefined) {
          clock.setTimer(retryMs, () => handle(link, data, retries + 1));
        } else if (failure === "text") link.deliver(FAILURE_TEXT, wayMs(), "failure");
        else if (failure === "drop") {
          link.die({ client: wayMs(), server: cleanup === "always" ? [wayMs()] : [] });
        }
      },
    });
  }

  /** When a message is handled: never, late, or twice. */
  function arrivals(): number[] {
    if (strikes("invocationLost")) return [];
    const once = () => wayMs() + (strikes("invocationDelayed") ? lateMs(4000) : 0);
    if (!strikes("invocationDoubled")) return [once()];
    return [once(), once() + lateMs(random() < 0.5 ? 1000 : SIX_HOURS_MS)];
  }

  function tellCleanup(link: Link, ms: number): void {
    clock.setTimer(ms + wayMs(), () => {
      trace(() => `${link.id} cleanup`);
      const { id: connectionId } = link;
      invoker.invoke({
        call: (hub, deadlineAt) => hub.cleanup({ connectionId, deadlineAt }),
        async finished() {
          if (!(await backend.store.get(connectionId))) return;
          violated("G8", `${connectionId} is still there after its clean-up`);
        },
      });
    });
  }

  return {
    seen: observer.seen,
    sent: observer.sent,
    opened: (link) => watchAge(world, link),
    async arrive(link, subprotocols) {
      if (strikes("connectRefused")) return false;
      if (strikes("disconnectEarly")) tellCleanup(link, 0);
      const event = { connectionId: link.id, subprotocols, query: {} };
      const isLate = strikes("connectLate");
      return new Promise((resolve) => {
        if (isLate) resolve(true);
        const arrive = () =>
          invoker.invoke({
            call: (hub) => hub.register(event),
            finished: async ({ accepted }) => resolve(accepted),
            failed: () => resolve(false),
          });
        if (isLate) clock.setTimer(lateMs(3000), arrive);
        else arrive();
      });
    },
    message(link, text) {
      for (const [time, ms] of arrivals().entries()) {
        clock.setTimer(ms, () => {
          trace(() => `${link.id} handled${time > 0 ? " again" : ""} ${text}`);
          handle(link, text);
        });
      }
    },
    left(link, ms, byClient) {
      if (strikes("disconnectLost") || !(byClient || cleanup === "always")) return;
      tellCleanup(link, ms + (strikes("disconnectLate") ? lateMs(7_200_000) : 0));
      if (strikes("disconnectDoubled")) tellCleanup(link, lateMs(60_000));
    },
    loseLog() {
      trace(() => "the log is lost");
      invoker.endAll();
      backend.loseLog(random() < 0.5);
      if (random() < 0.5) cutAll();
    },
    call(run) {
      invoker.invoke({
        async call(hub) {
          await run(hub).catch((error: unknown) => trace(() => `call failed ${error}`));
          return {};
        },
      });
    },
  };

  function cutAll(): void {
    for (const link of gateway.links.values()) link.die({ client: wayMs(), server: [] });
  }
}
