import { sleep } from "../../shared/local-clock.ts";
import type { WorkTracker } from "../../shared/work-tracker.ts";
import { matchesPattern } from "../name-pattern.ts";
import type {
  ResolvedEventHandler,
  ResolvedWebPubSubOptions,
} from "../resolve-web-pubsub-options.ts";
import type { UpstreamEventInfo } from "../web-pubsub-faults.ts";
import { type AbortScope, createAbortScope } from "./abort-scope.ts";
import { callHandler, type HandlerAnswer } from "./call-handler.ts";
import { createOriginValidation } from "./origin-validation.ts";
import type { UpstreamEvent } from "./upstream-event.ts";
import { fillTemplate } from "./url-template.ts";

/** What became of an event. */
export type EventOutcome =
  | ({ type: "answered" } & HandlerAnswer)
  /** No handler takes the event. */
  | { type: "no-handler" }
  /** It brought no answer: refused by the handler's validation, not reached, too late, or lost. */
  | { type: "failed"; reason: string };

/** Brings events to their handlers as the service does. */
export interface EventDispatcher {
  /** True if a handler takes the event. */
  takes(hub: string, kind: UpstreamEvent["kind"], name: string): boolean;
  /** Sends an event, as often and as late as the faults say. Never rejects. */
  dispatch(event: UpstreamEvent): Promise<EventOutcome>;
  /** Lets no event begin any more, and aborts those on their way. */
  stop(): void;
}

const RETRY_AFTER_MS = [1000, 3000, 5000] as const;

type Settings = Pick<
  ResolvedWebPubSubOptions,
  "hubs" | "clock" | "faults" | "eventTimeoutMs" | "logger" | "trace"
> & { origin: string };

/** Creates what sends events; `tracker` counts those on their way. */
export function createEventDispatcher(settings: Settings, tracker: WorkTracker): EventDispatcher {
  const { hubs, clock, faults, eventTimeoutMs, trace } = settings;
  const scope = createAbortScope(clock);
  const isAllowed = createOriginValidation(settings, scope);
  const tryEvent = createTries(settings);
  let stopped = false;

  function handlerFor(hub: string, kind: UpstreamEvent["kind"], name: string) {
    return hubs.get(hub)?.eventHandlers.find(({ systemEvents, userEventPatterns }) => {
      if (kind === "sys") return systemEvents.some((event) => event === name);
      return userEventPatterns.some(
        (pattern) => pattern === "*" || matchesPattern(pattern, name.toLowerCase()),
      );
    });
  }

  async function send(handler: ResolvedEventHandler, event: UpstreamEvent): Promise<EventOutcome> {
    if (!(await isAllowed(handler, event.connection.hub))) {
      const reason = "the handler's answer to OPTIONS does not allow this service's origin";
      return { type: "failed", reason };
    }
    return tryEvent(handler, event, scope, eventTimeoutMs);
  }

  async function sendLater(
    handler: ResolvedEventHandler,
    event: UpstreamEvent,
    delayMs: number,
  ): Promise<EventOutcome> {
    await sleep(clock, delayMs);
    if (stopped) return { type: "failed", reason: "the service has been closed" };
    const startedAt = clock.now();
    const outcome = await send(handler, event);
    const said = outcome.type === "answered" ? outcome.status : describe(outcome);
    trace(`${describeEvent(event)} -> ${said} (${clock.now() - startedAt} ms)`);
    if (outcome.type === "failed" && !stopped)
      settings.logger.warn(outcome.reason, { ...infoOf(event) });
    return outcome;
  }

  return {
    takes: (hub, kind, name) => handlerFor(hub, kind, name) !== undefined,
    async dispatch(event) {
      const handler = handlerFor(event.connection.hub, event.kind, event.name);
      if (!handler) return { type: "no-handler" };
      const delays = faults.events?.(infoOf(event)) ?? [0];
      const [first] = delays.map((delayMs) => {
        const outcome = sendLater(handler, event, delayMs);
        tracker.track(outcome);
        return outcome;
      });
      return first ?? { type: "failed", reason: "the event was lost" };
    },
    stop() {
      stopped = true;
      scope.end();
    },
  };
}

/** Creates the function that tries an event until it has an answer that is none of the handler's faults. */
function createTries({ clock, faults, logger }: Settings) {
  async function tryOnce(
    handler: ResolvedEventHandler,
    event: UpstreamEvent,
    attempt: number,
    signal: AbortSignal,
  ): Promise<EventOutcome> {
    const { headers, body, connection, name } = event;
    const url = fillTemplate(handler.urlTemplate, connection.hub, name);
    const onThrow = (error: unknown) =>
      logger.warn("the event handler threw", { ...infoOf(event), error });
    try {
      const answer = await callHandler(
        handler,
        { url, method: "POST", headers, body },
        signal,
        onThrow,
      );
      const seen = faults.answers?.(infoOf(event), attempt);
      if (seen === "lost") return { type: "failed", reason: "the handler's answer was lost" };
      return { type: "answered", ...answer, ...(seen !== undefined && { status: seen }) };
    } catch (error) {
      if (signal.aborted) return { type: "failed", reason: "the handler took too long" };
      const why = error instanceof RangeError ? error.message : "the handler cannot be reached";
      return { type: "failed", reason: why };
    }
  }

  return async (
    handler: ResolvedEventHandler,
    event: UpstreamEvent,
    scope: AbortScope,
    timeoutMs: number,
  ): Promise<EventOutcome> =>
    scope.run(timeoutMs, async (signal) => {
      const giveUpAt = clock.now() + timeoutMs;
      for (let attempt = 0; ; attempt++) {
        const outcome = await tryOnce(handler, event, attempt, signal);
        const waitMs = RETRY_AFTER_MS[attempt] ?? Number.POSITIVE_INFINITY;
        // Nobody waits for a try that would come too late.
        const isInTime = !signal.aborted && clock.now() + waitMs < giveUpAt;
        if (!isInTime || !isRetried(outcome)) return outcome;
        await sleep(clock, waitMs);
        if (signal.aborted) return outcome;
      }
    });
}

function isRetried(outcome: EventOutcome): boolean {
  if (outcome.type === "answered") return outcome.status === 408 || outcome.status >= 500;
  return outcome.type === "failed";
}

/** What faults and logs know an event by. */
export function infoOf({ connection, kind, name, id }: UpstreamEvent): UpstreamEventInfo {
  return { hub: connection.hub, connectionId: connection.id, type: `${kind}.${name}`, id };
}

function describeEvent({ connection, kind, name, id, body }: UpstreamEvent): string {
  const who = connection.userId === undefined ? "" : ` (${connection.userId})`;
  return `event ${connection.hub} ${kind}.${name} #${id} ${connection.id}${who} ${body.length} bytes`;
}

function describe(outcome: EventOutcome): string {
  return outcome.type === "failed" ? outcome.reason : outcome.type;
}
