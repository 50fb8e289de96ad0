import { InvalidArgumentError, UnavailableError } from "@hubbub/core";

/** What a failed request means. */
export type WebPubSubFailure =
  | "missing"
  | "throttled"
  | "timeout"
  | "too-large"
  | "refused"
  | "failed";

/**
 * Reads an error of the SDK.
 *
 * @param error What a call rejected with.
 */
export function meaningOf(error: unknown): WebPubSubFailure {
  const { name, statusCode } = (error ?? {}) as { name?: unknown; statusCode?: unknown };
  if (name === "AbortError" || name === "TimeoutError") return "timeout";
  switch (statusCode) {
    case 404:
      return "missing";
    case 408:
      return "timeout";
    case 413:
      return "too-large";
    case 429:
      return "throttled";
    case 401:
    case 403:
      return "refused";
    default:
      return "failed";
  }
}

/**
 * The error that a caller gets. Its cause holds no more than a status and a code: the SDK's own error
 * holds the request, and that the message and the token.
 *
 * @param what Which request failed.
 * @param error What the SDK rejected with.
 */
export function requestError(what: string, error: unknown): Error {
  const { statusCode, code, name } = (error ?? {}) as Record<string, unknown>;
  const status = typeof statusCode === "number" ? statusCode : undefined;
  const why = status ?? (typeof code === "string" ? code : String(name));
  const cause = Object.assign(new Error(`Web PubSub answered ${why}`), { statusCode: status });
  if (meaningOf(error) === "refused") {
    const message = `Web PubSub refuses to ${what} (${why}): is the key or the role of the identity right?`;
    return new InvalidArgumentError(message, { cause });
  }
  return new UnavailableError(`Web PubSub could not ${what} (${why})`, { cause });
}

/**
 * Whether the service can have given it out. A path with `..` for an id would be that of a send to
 * everybody.
 */
export function isPossibleId(connectionId: string): boolean {
  return !/^\.{0,2}$|^\s+$|\p{Surrogate}/u.test(connectionId);
}
