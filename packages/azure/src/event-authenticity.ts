import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock, Logger } from "@hubbub/core";
import type { EventHead } from "./event-head.ts";
import type { EventRequest } from "./event-request.ts";
import { createSignatureCheck } from "./event-signature.ts";

/** What decides on a request whether it comes from the service. */
export interface AuthenticityOptions {
  readonly keys: readonly string[];
  readonly codes: readonly string[];
  readonly verify: ((request: EventRequest) => boolean | Promise<boolean>) | undefined;
  readonly hub: string;
  readonly timeWindowMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Why a request is refused. It may be logged: it holds nothing secret. */
interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly why: string;
}

/** Checks whose request it is; undefined means the service's. */
export interface Authenticity {
  /** The key of the URL: all that a validation brings. */
  code(request: EventRequest): Refusal | undefined;
  event(request: EventRequest, head: EventHead): Promise<Refusal | undefined>;
}

/** Creates the checks. Every one that is set up has to pass. */
export function createAuthenticity(options: AuthenticityOptions): Authenticity {
  const { keys, codes, verify, hub, timeWindowMs, clock, logger } = options;
  const isSigned = createSignatureCheck(keys);
  const known = codes.map(digest);

  function code({ url }: EventRequest): Refusal | undefined {
    if (known.length === 0) return undefined;
    const given = digest(queryOf(url).get("code") ?? "");
    let isGood = false;
    for (const each of known) isGood = timingSafeEqual(given, each) || isGood;
    return isGood ? undefined : { status: 401, why: "the code of the URL is missing or wrong" };
  }

  async function verified(request: EventRequest): Promise<Refusal | undefined> {
    if (!verify) return undefined;
    try {
      // Only true is a yes: a hook that forgets to answer lets nobody in.
      return (await verify(request)) === true ? undefined : { status: 401, why: "verify says no" };
    } catch (error) {
      logger.error("verify threw", { name: error instanceof Error ? error.name : typeof error });
      return { status: 503, why: "verify threw" }; // The service comes again.
    }
  }

  return {
    code,
    async event(request, head) {
      if (keys.length > 0 && !isSigned(head.connectionId, head.signature)) {
        return { status: 401, why: "the signature is missing or wrong" };
      }
      const refusal = code(request) ?? (await verified(request));
      if (refusal) return refusal;
      if (head.hub.toLowerCase() !== hub.toLowerCase()) {
        return { status: 403, why: "it is of another hub" };
      }
      if (Math.abs(clock.now() - head.time) > timeWindowMs) {
        return { status: 403, why: "its time is too far from now" };
      }
      return undefined;
    },
  };
}

/** Texts of any length, for a comparison that takes equally long for all. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return new URLSearchParams(start < 0 ? "" : url.slice(start + 1).split("#", 1)[0]);
}
