import {
  type HubbubError,
  InvalidArgumentError,
  type Pusher,
  type PushResult,
  UnavailableError,
} from "@hubbub/core";
import { createPushUrlAsk, type PushUrlOutcome } from "./push-url-ask.ts";
import { closingBody, createSendBodies } from "./push-url-body.ts";
import {
  type PushUrlPusherOptions,
  type ResolvedPushUrlOptions,
  resolvePushUrlOptions,
} from "./push-url-options.ts";

/** A pusher to the connections of one WebSocket API of Tencent's API Gateway. */
export interface PushUrlPusher extends Pusher {
  /** Closes the connections to the push URL; what is under way rejects. */
  destroy(): void;
}

const YOUNG_MS = 10_000;
const WARN_EVERY_MS = 60_000;

/**
 * Creates a pusher. It opens no connection before it is needed.
 *
 * A send answers `throttled` for a time-out, 408 and 429, `too-large` for 413. A 5xx and a broken
 * connection are tried once more, then it rejects with `unavailable`. A refusal (an `errNo` that is not
 * 0, or 400, 404, 410) means `gone` only where the URL has shown that it is the right one: for an
 * `errNo`, if it has ever accepted a push of this pusher, or `urlVerified` says so; for a status, if it
 * has accepted one within a minute. Otherwise it rejects with `unavailable`, and with
 * `invalid_argument` for what no push URL answers. `close` can't hand on a code or a reason: none
 * is documented, nor is a `cleanup` after it.
 *
 * @param options Where to push to.
 * @returns A pusher, to be kept for the life of the process.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createPushUrlPusher(options: PushUrlPusherOptions): PushUrlPusher {
  const resolved = resolvePushUrlOptions(options);
  const { ask, destroy } = createPushUrlAsk(resolved);
  const sendBody = createSendBodies();
  const judge = createJudge(resolved);

  return {
    async send(connectionId, text) {
      const outcome = await ask(sendBody(connectionId, text));
      return outcome === "sent" ? outcome : judge(connectionId, outcome);
    },
    async close(connectionId) {
      const outcome = await ask(closingBody(connectionId));
      if (outcome === "throttled" || outcome === "failed" || outcome === "foreign") {
        throw failure(outcome);
      }
    },
    destroy,
  };
}

/** Creates what makes a result of an outcome that is not `sent`. */
function createJudge({ clock, connectedAt, logger }: ResolvedPushUrlOptions) {
  let warnedAt = -Infinity;

  async function isYoung(connectionId: string): Promise<boolean> {
    try {
      const since = await connectedAt?.(connectionId);
      return since !== undefined && clock.now() - since < YOUNG_MS;
    } catch (error) {
      logger?.warn("the age of a connection is unknown; it is not counted as gone", { error });
      return true;
    }
  }

  return async (
    connectionId: string,
    outcome: Exclude<PushUrlOutcome, "sent">,
  ): Promise<PushResult> => {
    if (outcome === "throttled" || outcome === "too-large") return outcome;
    if (outcome === "gone") return (await isYoung(connectionId)) ? "throttled" : "gone";
    if (outcome !== "failed" && clock.now() - warnedAt >= WARN_EVERY_MS) {
      warnedAt = clock.now();
      logger?.error("the push URL refuses, and has accepted nothing: is it that of this API?");
    }
    throw failure(outcome);
  };
}

function failure(
  outcome: "refused" | "not-found" | "failed" | "foreign" | "throttled",
): HubbubError {
  switch (outcome) {
    case "foreign":
      return new InvalidArgumentError(
        "the push URL must be the gateway's; this one answers otherwise",
      );
    case "failed":
      return new UnavailableError("the push URL answered with a system fault");
    case "throttled":
      return new UnavailableError("no answer from the push URL in time");
    default:
      return new UnavailableError(
        "the push URL has accepted nothing so far: it may be a wrong one",
      );
  }
}
