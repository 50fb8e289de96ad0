/** What a push URL answered. */
export interface PushUrlAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * What an answer means: `sent`; `refused` by the gateway with an `errNo` that is not 0; `not-found` by
 * whatever HTTP server is there; `throttled`; `too-large`; `failed`, worth a second try; `foreign`, which
 * no push URL answers.
 */
export type PushUrlMeaning =
  | "sent"
  | "refused"
  | "not-found"
  | "throttled"
  | "too-large"
  | "failed"
  | "foreign";

const NOT_FOUND = [400, 404, 410];
const THROTTLED = [408, 429];

/** Reads an answer. Which codes `errNo` has is published nowhere: all but 0 mean the same. */
export function meaningOf({ status, body }: PushUrlAnswer): PushUrlMeaning {
  if (status === 200) {
    const errNo = errNoOf(body);
    if (errNo === undefined) return "foreign";
    return errNo === 0 ? "sent" : "refused";
  }
  if (status >= 500) return "failed";
  if (NOT_FOUND.includes(status)) return "not-found";
  if (THROTTLED.includes(status)) return "throttled";
  return status === 413 ? "too-large" : "foreign";
}

function errNoOf(body: string): number | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== "object" || answer === null || !("errNo" in answer)) return undefined;
    return Number.isInteger(answer.errNo) ? Number(answer.errNo) : undefined;
  } catch {
    return undefined;
  }
}
