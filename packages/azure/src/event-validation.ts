import type { EventAnswer } from "./event-answer.ts";
import { textAnswer } from "./event-answer.ts";
import type { EventRequest } from "./event-request.ts";

/**
 * Creates the answer to a validation, with which the service asks whether it may send events, before it
 * does and again from time to time.
 *
 * @param origins Host names, with a port where there is one; `*` for any.
 */
export function createValidation(
  origins: readonly string[],
): (request: EventRequest) => EventAnswer {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()));

  return ({ headers }) => {
    // Replicas and custom domains come with several in one header; it wants one back, or `*`.
    const asked = (headers.get("webhook-request-origin") ?? "")
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== "");
    if (asked.length === 0) return textAnswer(400, "WebHook-Request-Origin is missing");
    const granted = allowed.has("*") ? "*" : asked.find((each) => allowed.has(each.toLowerCase()));
    if (granted === undefined) return textAnswer(403, "this origin is not allowed");
    return { status: 200, headers: { "WebHook-Allowed-Origin": granted } };
  };
}
