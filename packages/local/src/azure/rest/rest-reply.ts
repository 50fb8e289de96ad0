/** An answer of the REST API. */
export interface RestReply {
  status: number;
  json?: object;
  headers?: Readonly<Record<string, string>>;
  /** What happens to the hub; it may be late where the service answers 202. */
  effect?: () => void;
}

/** Creates the answer to a request that failed, in the service's form. */
export function restError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): RestReply {
  return { status, json: { code, message }, headers: { ...headers, "x-ms-error-code": code } };
}

/** Creates the answer to what the client should not have sent. */
export function badRequest(message: string): RestReply {
  return restError(400, "BadRequest", message);
}

/** Creates the answer to a request for what is not there. */
export function notFound(message: string): RestReply {
  return restError(404, "NotFound", message);
}

/** Creates the answer to a request that comes too soon. */
export function tooMany(status: number, retryAfterSeconds: number): RestReply {
  const headers = { "Retry-After": String(retryAfterSeconds) };
  return restError(status, "TooManyRequests", "Too many requests", headers);
}
