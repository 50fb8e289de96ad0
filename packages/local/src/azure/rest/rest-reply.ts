/** An answer of the REST API. */
export interface RestReply {
  status: number;
  json?: object;
  headers?: Readonly<Record<string, string>>;
  /** What happens to the hub; it may be late where the service answers 202. */
  effect?: () => void;
}

interface ErrorParts {
  /** What is wrong: the request, or a thing that it names. */
  target?: string;
  headers?: Readonly<Record<string, string>>;
}

/** Creates the answer to a request that failed, in the service's form. */
export function restError(
  status: number,
  code: string,
  message: string,
  { target, headers }: ErrorParts = {},
): RestReply {
  return {
    ...{ status, json: { code, message, target } },
    headers: { ...headers, "x-ms-error-code": code },
  };
}

/** Creates the answer to what the client should not have sent. */
export function badRequest(message: string): RestReply {
  return restError(400, "Error.BadRequest", message, { target: "Request" });
}

/** Creates the answer to a filter that cannot be read. */
export function badFilter(message: string): RestReply {
  const reply = badRequest(message);
  // The tests of the SDK find the whole body in the error's message: so it is not sent as JSON.
  return { ...reply, headers: { ...reply.headers, "Content-Type": "text/plain; charset=utf-8" } };
}

/** Creates the answer to a request for a path that is none. */
export function notFound(message: string): RestReply {
  return restError(404, "NotFound", message);
}

type Thing = "Connection" | "Group" | "User";

/** Creates the answer to a request about what is not there; the severity is the service's own. */
export function notExisting(
  severity: "Info" | "Warning" | "Error",
  thing: Thing,
  name: string,
): RestReply {
  const message = `${thing} \`${name}\` is not found.`;
  return restError(404, `${severity}.${thing}.NotExisted`, message, { target: thing });
}

/** Creates the answer to a request that comes too soon. */
export function tooMany(status: number, retryAfterSeconds: number): RestReply {
  const headers = { "Retry-After": String(retryAfterSeconds) };
  return restError(status, "TooManyRequests", "Too many requests", { headers });
}
