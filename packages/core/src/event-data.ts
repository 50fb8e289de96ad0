import type { EventDefinition } from "./chat-types.ts";
import { FrameError, RejectedError, UnavailableError } from "./errors.ts";
import type { HubContext } from "./hub-context.ts";
import type { Schema } from "./standard-schema.ts";

/** The kinds of event. */
export type EventKind = "logged" | "ephemeral" | "request";

/**
 * Looks an event up.
 *
 * @throws FrameError with `unknown_event` if there is none, or it is of no such kind.
 */
export function eventOf(
  { chat }: HubContext,
  name: string,
  kinds: readonly EventKind[],
): { definition: EventDefinition; kind: EventKind } {
  const { events } = chat.definition;
  const definition = Object.hasOwn(events, name) ? events[name] : undefined;
  const kind = definition?.reply ? "request" : definition?.ephemeral ? "ephemeral" : "logged";
  if (!definition || !kinds.includes(kind)) {
    const why = definition ? `is ${kind}: send it in another frame` : "is not defined";
    throw new FrameError(`the event ${JSON.stringify(name.slice(0, 64))} ${why}`, {
      code: "unknown_event",
    });
  }
  return { definition, kind };
}

/**
 * Validates data against an event's schema.
 *
 * @returns The data as the schema parsed it.
 * @throws FrameError with `bad_data`, saying where; `internal` if the schema itself throws.
 */
export async function validate(
  { logger }: Pick<HubContext, "logger">,
  schema: Schema,
  data: unknown,
  what: string,
): Promise<unknown> {
  let result: Awaited<ReturnType<Schema["~standard"]["validate"]>>;
  try {
    result = await schema["~standard"].validate(data);
  } catch (cause) {
    logger?.error(`the schema of ${what} threw`, { error: cause });
    throw new FrameError(`${what} could not be checked`, { code: "internal", cause });
  }
  if (!result.issues) return result.value;
  const [issue] = result.issues;
  const path = issue?.path?.map((part) => String(typeof part === "object" ? part.key : part));
  const where = path && path.length > 0 ? ` at ${path.join(".")}` : "";
  throw new FrameError(`${what}${where}: ${issue?.message ?? "wrong"}`, { code: "bad_data" });
}

/**
 * Runs a hook that may refuse.
 *
 * @throws FrameError with `rejected` if it throws a RejectedError, `internal` if it throws anything
 *   else; an UnavailableError as it is, so that the client tries again.
 */
export async function runHook<T>(
  { logger }: Pick<HubContext, "logger">,
  hook: string,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof FrameError || cause instanceof UnavailableError) throw cause;
    if (cause instanceof RejectedError) {
      const { reason } = cause;
      throw new FrameError(cause.message, { code: "rejected", reason, cause });
    }
    logger?.error(`${hook} threw`, { error: cause });
    throw new FrameError(`${hook} failed`, { code: "internal", cause });
  }
}

/**
 * Makes sure that data can be stored and sent as JSON.
 *
 * @returns The data as they will be read back.
 * @throws FrameError with `internal` if they can't.
 */
export function toJson(data: unknown, what: string): unknown {
  try {
    const text: string | undefined = JSON.stringify(data); // Undefined for a function, or undefined.
    return text === undefined ? null : data;
  } catch (cause) {
    throw new FrameError(`${what} is no JSON value`, { code: "internal", cause });
  }
}
