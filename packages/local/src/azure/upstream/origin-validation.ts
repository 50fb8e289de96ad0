import type { LocalClock } from "../../shared/local-clock.ts";
import type { ResolvedEventHandler } from "../resolve-web-pubsub-options.ts";
import type { AbortScope } from "./abort-scope.ts";
import { callHandler } from "./call-handler.ts";
import { fillTemplate } from "./url-template.ts";

interface ValidationRecord {
  allowed: boolean;
  nextAt: number;
  intervalMs: number;
  /** The check in progress. */
  running: Promise<void> | undefined;
  known: boolean;
}

const TIMEOUT_MS = 10_000;
const FIRST_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 60_000;

type Settings = { clock: LocalClock; origin: string };

/**
 * Creates the check that a handler wants events of this service (the abuse protection of CloudEvents'
 * webhooks): OPTIONS, after a 404 GET. The first event waits for it; about every minute it is repeated
 * while events go on, and sooner after a refusal.
 *
 * @returns Tells whether events may be sent to a handler of a hub.
 */
export function createOriginValidation(
  { clock, origin }: Settings,
  scope: AbortScope,
): (handler: ResolvedEventHandler, hub: string) => Promise<boolean> {
  const records = new Map<string, ValidationRecord>();
  const origins = [...origin.split(",").map((one) => one.trim().toLowerCase())];

  async function ask(handler: ResolvedEventHandler, url: string, method: "OPTIONS" | "GET") {
    const headers = { "WebHook-Request-Origin": origin, "ce-awpsversion": "1.0" };
    const answer = await scope.run(TIMEOUT_MS, (signal) =>
      callHandler(handler, { url, method, headers }, signal, () => undefined),
    );
    const allowed = (answer.headers.get("webhook-allowed-origin") ?? "").toLowerCase().split(",");
    const names = allowed.map((one) => one.trim());
    const good = names.includes("*") || names.some((name) => origins.includes(name));
    return { status: answer.status, allowed: answer.status < 300 && good };
  }

  async function refresh(record: ValidationRecord, handler: ResolvedEventHandler, url: string) {
    let allowed = false;
    try {
      let result = await ask(handler, url, "OPTIONS");
      if (result.status === 404) result = await ask(handler, url, "GET");
      allowed = result.allowed;
    } catch {
      // It cannot be reached: not allowed yet.
    }
    if (allowed) record.intervalMs = MAX_INTERVAL_MS;
    else if (record.allowed) record.intervalMs = FIRST_INTERVAL_MS;
    else record.intervalMs = Math.min(record.intervalMs * 2, MAX_INTERVAL_MS);
    Object.assign(record, { allowed, known: true, nextAt: clock.now() + record.intervalMs });
  }

  return async (handler, hub) => {
    const url = fillTemplate(handler.urlTemplate, hub, "validate");
    const record = records.get(url) ?? {
      ...{ allowed: false, nextAt: 0, intervalMs: FIRST_INTERVAL_MS / 2 },
      ...{ running: undefined, known: false },
    };
    records.set(url, record);
    if (!record.running && clock.now() >= record.nextAt) {
      record.running = refresh(record, handler, url).finally(() => {
        record.running = undefined;
      });
    }
    if (!record.known || !record.allowed) await record.running;
    return record.allowed;
  };
}
