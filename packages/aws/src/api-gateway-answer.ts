import { InvalidArgumentError, type PushResult, UnavailableError } from "@hubbub/core";

/** What the callback API said, or an emulator in its place. */
export interface ApiGatewayAnswer {
  /** The HTTP status; undefined where only a name is known. */
  readonly status: number | undefined;
  /** The type of the error; emulators give none, `Unknown` or `UnknownError`. */
  readonly name: string;
  /** The error's own words, which may be empty. */
  readonly message: string;
}

/** What an answer means; `misconfigured` and `failed` are none of a push's results. */
export type AnswerMeaning = PushResult | "misconfigured" | "failed";

const MAX_MESSAGE = 200;

const BY_STATUS: Readonly<Record<number, AnswerMeaning>> = {
  403: "misconfigured",
  410: "gone",
  413: "too-large",
  429: "throttled",
  503: "throttled", // "Service Unavailable" and a gateway's time-out are worth another try.
  504: "throttled",
};
const BY_NAME: ReadonlyMap<string, AnswerMeaning> = new Map([
  ["ForbiddenException", "misconfigured"],
  ["GoneException", "gone"],
  ["PayloadTooLargeException", "too-large"],
  ["LimitExceededException", "throttled"],
]);

/** Says what an answer means, by its status and else by its name. */
export function meaningOf({ status, name, message }: ApiGatewayAnswer): AnswerMeaning {
  if (status !== undefined && status >= 200 && status < 300) return "sent";
  const known = BY_STATUS[status ?? 0] ?? BY_NAME.get(name);
  if (known) return known;
  // A malformed id was never given out. A 400 about anything else says nothing of the connection.
  const badRequest = status === 400 || name === "BadRequestException";
  const unnamed = name === "BadRequestException" || /^(?:Unknown(?:Error)?)?$/.test(name);
  return badRequest && unnamed && /connection ?-?id/i.test(message) ? "gone" : "failed";
}

/** Whether it says that the credentials have expired. */
export function saysExpired({ status, name, message }: ApiGatewayAnswer): boolean {
  return status === 403 && /expired ?token|token\b.*\bexpired/i.test(`${name} ${message}`);
}

/**
 * The error for an answer that is none of a push's results.
 *
 * @param answer What was said.
 * @param url The endpoint that said it.
 */
export function answerError(answer: ApiGatewayAnswer, url: string): Error {
  const said = `${answer.status ?? ""} ${answer.name} ${answer.message}`.trim();
  const short = said.slice(0, MAX_MESSAGE);
  if (meaningOf(answer) !== "misconfigured") {
    return new UnavailableError(`the callback API at ${url} answered: ${short}`);
  }
  return new InvalidArgumentError(
    `the callback API at ${url} refused this function (${short}): check that endpoint has the right API and stage, ` +
      "that the role allows execute-api:ManageConnections on it, and the credentials; no connection is at fault",
  );
}
