import { UnavailableError } from "@hubbub/core";

/**
 * What is set up wrongly: `bucket_not_found`; `not_authorized` (a permission is missing); `credentials`
 * (none, wrong or expired ones, or a wrong clock); `unreachable` (wrong region or domain, or no
 * network); `versioning` (the bucket overwrites what must be kept, as with versions, now or ever).
 */
export type CosProblem =
  | "bucket_not_found"
  | "not_authorized"
  | "credentials"
  | "unreachable"
  | "versioning";

/** Thrown when COS refuses because of how it is set up; the message names bucket, region and remedy. */
export class CosSetupError extends UnavailableError {
  override name = "CosSetupError";
  /** What is wrong, for programs to test. */
  readonly problem: CosProblem;

  constructor(problem: CosProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}

/** What was tried when it failed. */
export interface CosAttempt {
  /** As it is called in a policy, such as `PutObject`. */
  readonly action: string;
  readonly bucket: string;
  readonly region: string;
}

/** The code of the error when nobody gave any keys. */
export const NO_CREDENTIALS = "NoCredentials";

const CREDENTIALS: ReadonlySet<string> = new Set([
  ...["InvalidAccessKeyId", "InvalidSecretId", "SignatureDoesNotMatch", "InvalidToken"],
  ...["ExpiredToken", "RequestTimeTooSkewed", NO_CREDENTIALS],
]);
const NO_KEYS = /missing param Secret|getAuthorization callback|Request has expired/i;
const UNREACHABLE: ReadonlySet<string> = new Set(["ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN"]);
/** Where there is no status: a deletion of many keys tells of each by its code. */
const BUSY: ReadonlySet<string> = new Set(["InternalError", "ServiceUnavailable", "SlowDown"]);
const EXPIRED: ReadonlySet<string> = new Set(["ExpiredToken", "InvalidAccessKeyId"]);

/** The `Code` of COS's error, the HTTP status, or the system's code. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return String(code ?? "");
}

/** The HTTP status of an error; 0 if there was no answer. */
function statusOf(error: unknown): number {
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return Number(statusCode ?? 0);
}

/** Whether the object is not there; a missing bucket is another matter. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "NoSuchKey";
}

/** Whether a put met an object that must not be replaced. */
export function isTaken(error: unknown): boolean {
  return codeOf(error) === "FileAlreadyExists";
}

/** Whether the same request may be done in a moment: COS is too busy, or failed by itself. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  return status === 429 || status >= 500 || BUSY.has(codeOf(error));
}

/** Whether temporary keys have ended: the next ones may be there by now. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.has(codeOf(error));
}

/** Turns what the SDK rejected with, often no Error, into what core expects. */
export function toCosError(error: unknown, attempt: CosAttempt): UnavailableError {
  if (error instanceof UnavailableError) return error;
  const { action, bucket, region } = attempt;
  const message = messageOf(error);
  const options = { cause: causeOf(error) };
  const problem = problemOf(error);
  if (problem) return new CosSetupError(problem, remedyOf(problem, attempt, message), options);
  const why = isTransient(error) ? "failed, and so did its retries" : "failed";
  const place = `bucket "${bucket}" in ${region}`;
  return new UnavailableError(`${action} on ${place} ${why}: ${message}`, options);
}

function problemOf(error: unknown): CosProblem | undefined {
  const code = codeOf(error);
  if (code === "NoSuchBucket") return "bucket_not_found";
  if (CREDENTIALS.has(code) || NO_KEYS.test(messageOf(error))) return "credentials";
  if (statusOf(error) === 403 || code === "AccessDenied") return "not_authorized";
  return UNREACHABLE.has(code) ? "unreachable" : undefined;
}

/** What is wrong, and what to do about it. */
export function remedyOf(
  problem: CosProblem,
  { action, bucket, region }: CosAttempt,
  message: string,
): string {
  const place = `bucket "${bucket}" in region ${region}`;
  switch (problem) {
    case "bucket_not_found":
      return `there is no ${place}: create it, or correct bucket (its name ends with the APPID) or region`;
    case "not_authorized":
      return `the function's role may not use the ${place}: allow it name/cos:${action} (${message})`;
    case "credentials":
      return `COS refuses the keys for the ${place}, or there are none: give the function an execution role, or pass credentials (${message})`;
    case "unreachable":
      return `COS can't be reached for the ${place}: correct region or domain (${message})`;
    case "versioning":
      return `the ${place} overwrites what must be kept, as COS does where versions are or were kept: messages would be lost. Create a bucket without versioning`;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  const { message, error: inner } = (error ?? {}) as { message?: unknown; error?: unknown };
  if (typeof message === "string" && message !== "") return message;
  return typeof inner === "string" ? inner : codeOf(error) || String(error);
}

/** An Error with what helps to find the cause; never the headers that the SDK hangs on its own. */
function causeOf(error: unknown): Error {
  const { headers } = (error ?? {}) as { headers?: Record<string, unknown> };
  const cause = new Error(messageOf(error));
  const requestId = headers?.["x-cos-request-id"];
  return Object.assign(cause, { code: codeOf(error), statusCode: statusOf(error), requestId });
}
