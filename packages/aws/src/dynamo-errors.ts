import { InvalidArgumentError, UnavailableError } from "@hubbub/core";

/**
 * What is set up wrongly: `table_not_found`; `not_authorized` (a permission is missing); `credentials`
 * (none, wrong or expired ones); `unreachable` (wrong region or endpoint, or no network); `wrong_table`
 * (its keys or its index are not those of `chatTable`).
 */
export type DynamoProblem =
  | "table_not_found"
  | "not_authorized"
  | "credentials"
  | "unreachable"
  | "wrong_table";

/** Thrown when DynamoDB refuses because of how it is set up; the message names table, region and remedy. */
export class DynamoSetupError extends UnavailableError {
  override name = "DynamoSetupError";
  /** What is wrong, for programs to test. */
  readonly problem: DynamoProblem;

  constructor(problem: DynamoProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}

/** What was tried when it failed. */
export interface DynamoAttempt {
  /** As it is called in a policy, such as `PutItem`. */
  readonly action: string;
  readonly tableName: string;
  /** Where the table was looked for, as far as the client tells. */
  readonly region?: string | undefined;
}

const THROTTLED: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
]);
const CREDENTIALS: ReadonlySet<string> = new Set([
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "IncompleteSignatureException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "MissingAuthenticationTokenException",
  "MissingAuthenticationToken",
  "ExpiredTokenException",
  "CredentialsProviderError",
]);
const UNREACHABLE: ReadonlySet<string> = new Set(["ENOTFOUND", "ECONNREFUSED"]);

/** Thrown inside this package when the condition of a write was not met. */
export class DynamoConditionFailed extends Error {
  override name = "DynamoConditionFailed";
  /** The write went out more than once: it may be its own first try, whose answer was lost, that met it. */
  readonly retried: boolean;

  constructor(retried: boolean, options: { cause: unknown }) {
    super("the condition of the write was not met", options);
    this.retried = retried;
  }
}

/** Whether the SDK says that a condition was not met. */
export function isConditionFailed(error: unknown): boolean {
  return nameOf(error) === "ConditionalCheckFailedException";
}

/** Whether a row has attributes of other types than the change supposes: it is none of ours. */
export function isMismatch(error: unknown): boolean {
  const says = /document path .*invalid for update|operand .*incorrect data type/i;
  return nameOf(error) === "ValidationException" && says.test(messageOf(error));
}

/** Whether DynamoDB did nothing because there was too much to do. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.has(nameOf(error));
}

/** Whether the SDK sent the request more than once. */
export function wasRetried(error: unknown): boolean {
  const { attempts } = (error as { $metadata?: { attempts?: number } } | null)?.$metadata ?? {};
  return attempts !== 1; // A client that does not tell may have.
}

/** Turns what the SDK threw into what core expects: `UnavailableError` with its cause, almost always. */
export function toDynamoError(
  error: unknown,
  attempt: DynamoAttempt,
): UnavailableError | InvalidArgumentError {
  const name = nameOf(error);
  const message = messageOf(error);
  const { action, tableName, region } = attempt;
  if (error instanceof Error) Reflect.deleteProperty(error, "$response"); // With the request's session token.
  const options = { cause: error };
  if (name === "ValidationException" && /item size/i.test(message)) {
    return new InvalidArgumentError(`DynamoDB stores at most 400 KB in a row: ${message}`, options);
  }
  const problem = problemOf(error);
  if (problem) {
    const where = region ? ` in region ${region}` : "";
    const table = `table "${tableName}"${where}`;
    return new DynamoSetupError(problem, remedy(problem, { table, action, message }), options);
  }
  const why = isThrottled(error) ? "was throttled, and so were its retries" : "failed";
  return new UnavailableError(`${action} on table "${tableName}" ${why}: ${message}`, options);
}

function problemOf(error: unknown): DynamoProblem | undefined {
  const name = nameOf(error);
  if (name === "ResourceNotFoundException") return "table_not_found";
  if (name === "AccessDeniedException") return "not_authorized";
  if (CREDENTIALS.has(name)) return "credentials";
  if (UNREACHABLE.has(codeOf(error))) return "unreachable";
  const message = messageOf(error);
  if (/region is missing/i.test(message)) return "unreachable";
  if (name === "ValidationException" && /schema|index|key element/i.test(message))
    return "wrong_table";
  return undefined;
}

function remedy(
  problem: DynamoProblem,
  { table, action, message }: { table: string; action: string; message: string },
): string {
  switch (problem) {
    case "table_not_found":
      return `there is no ${table}: create it with chatTable(), or correct tableName or the client's region`;
    case "not_authorized":
      return `the function may not use the ${table}: allow it dynamodb:${action} (${message})`;
    case "credentials":
      return `AWS refuses the client's credentials for the ${table}: ${message}`;
    case "unreachable":
      return `DynamoDB can't be reached for the ${table}: correct the client's region or endpoint (${message})`;
    case "wrong_table":
      return `the ${table} does not have the keys and the index of chatTable(): ${message}`;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's code, of the error or of what caused it. */
function codeOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return String(code ?? cause?.code ?? "");
}
