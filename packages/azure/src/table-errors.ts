import { InvalidArgumentError, UnavailableError } from "@hubbub/core";

/**
 * What is set up wrongly: `table_not_found`; `not_authorized` (wrong or expired key or token, or a role is
 * missing); `unreachable` (wrong account or endpoint, or no network).
 */
export type TableProblem = "table_not_found" | "not_authorized" | "unreachable";

/** Thrown when Table Storage refuses because of how it is set up; the message names table and remedy. */
export class TableSetupError extends UnavailableError {
  override name = "TableSetupError";
  /** What is wrong, for programs to test. */
  readonly problem: TableProblem;

  constructor(problem: TableProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}

/** What became of a request: what the table answered, in few words. */
export type TableFailure =
  /** A row with these keys is there already. */
  | "exists"
  /** The row changed since it was read. */
  | "changed"
  /** There is no such row. */
  | "missing"
  /** There was too much to do; another try makes sense. */
  | "throttled"
  | "failed";

interface TableErrorLike {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  statusCode?: unknown;
  details?: { odataError?: { code?: unknown } };
}

const UNREACHABLE: ReadonlySet<string> = new Set(["ENOTFOUND", "ECONNREFUSED"]);
const NO_ROW: ReadonlySet<string> = new Set(["ResourceNotFound", "EntityNotFound"]);
const TOO_LARGE: ReadonlySet<string> = new Set([
  "EntityTooLarge",
  "PropertyValueTooLarge",
  "RequestBodyTooLarge",
]);

/** Says what the SDK threw. */
export function failureOf(error: unknown): TableFailure {
  const status = statusOf(error);
  const code = codeOf(error);
  if (status === 409 && code === "EntityAlreadyExists") return "exists";
  if (status === 412) return "changed";
  if (status === 404 && NO_ROW.has(code)) return "missing"; // Not whatever else is not found on the way.
  return status === 429 || status === 503 ? "throttled" : "failed";
}

/** Turns what the SDK threw into what core expects: `UnavailableError` with its cause, almost always. */
export function toTableError(
  error: unknown,
  { action, tableName }: { action: string; tableName: string },
): UnavailableError | InvalidArgumentError {
  const code = codeOf(error);
  // The SDK's own error has the request with it: the message's text and the signature.
  const cause = Object.assign(new Error(wordsOf(error)), { code, statusCode: statusOf(error) });
  const table = `table "${tableName}"`;
  if (TOO_LARGE.has(code)) {
    return new InvalidArgumentError(`Table Storage stores at most 1 MiB in a row: ${code}`, {
      cause,
    });
  }
  const problem = problemOf(error);
  if (problem)
    return new TableSetupError(problem, remedy(problem, table, cause.message), { cause });
  const why =
    failureOf(error) === "throttled" ? "was throttled, and so were its retries" : "failed";
  return new UnavailableError(`${action} on ${table} ${why}: ${cause.message}`, { cause });
}

function problemOf(error: unknown): TableProblem | undefined {
  const code = codeOf(error);
  if (code === "TableNotFound") return "table_not_found";
  if (statusOf(error) === 401 || statusOf(error) === 403) return "not_authorized";
  return UNREACHABLE.has(code) ? "unreachable" : undefined;
}

function remedy(problem: TableProblem, table: string, why: string): string {
  switch (problem) {
    case "table_not_found":
      return `there is no ${table}: create it with the client's createTable(), or correct the client's table or account`;
    case "not_authorized":
      return `the client may not use the ${table}: correct its key, or give its identity the role "Storage Table Data Contributor" (${why})`;
    case "unreachable":
      return `Table Storage can't be reached for the ${table}: correct the client's account or endpoint (${why})`;
  }
}

function statusOf(error: unknown): number | undefined {
  const { statusCode } = (error ?? {}) as TableErrorLike;
  return typeof statusCode === "number" ? statusCode : undefined;
}

/** The service's code (in JSON, or in the XML that it refuses signatures with), or the system's. */
function codeOf(error: unknown): string {
  const { code, details, message } = (error ?? {}) as TableErrorLike;
  const [, inXml] = /<Code>(\w+)<\/Code>/.exec(String(message)) ?? [];
  return String(details?.odataError?.code ?? code ?? inXml ?? "");
}

/** Without what the service says at length: its text may hold what was sent. */
function wordsOf(error: unknown): string {
  const { name } = (error ?? {}) as TableErrorLike;
  if (name === "AbortError" || name === "TimeoutError") return "no answer in time";
  const words = [statusOf(error), codeOf(error)].filter(Boolean).join(" ");
  return words || (error instanceof Error ? error.name : typeof error);
}
