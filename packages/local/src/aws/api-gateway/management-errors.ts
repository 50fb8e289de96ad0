import type { ManagementFault } from "./gateway-faults.ts";

/** An answer of `@connections` that is no success. */
export interface ManagementError {
  status: number;
  /** What the header `x-amzn-errortype` says; the SDK makes its exception of it. */
  type: string;
  message: string;
}

const FORBIDDEN_TYPE = "ForbiddenException";
const LIMIT_TYPE = "LimitExceededException";

export const GONE: ManagementError = {
  ...{ status: 410, type: "GoneException" },
  message: "The connection with the provided id no longer exists.",
};
/** The answer for an id that was never given out. */
export function badRequest(connectionId: string): ManagementError {
  const message = `Invalid connectionId: ${connectionId}`;
  return { status: 400, type: "BadRequestException", message };
}
export const WRONG_STAGE: ManagementError = {
  ...{ status: 403, type: FORBIDDEN_TYPE, message: "Forbidden" },
};
const NOT_AUTHORIZED: ManagementError = {
  ...{ status: 403, type: FORBIDDEN_TYPE },
  message: "The caller is not authorized to invoke this operation.",
};
export const TOO_LARGE: ManagementError = {
  ...{ status: 413, type: "PayloadTooLargeException" },
  message: "The data has exceeded the maximum size allowed.",
};
export const TOO_MANY: ManagementError = {
  ...{ status: 429, type: LIMIT_TYPE },
  message: "The client is sending more than the allowed number of requests per unit of time.",
};
export const BUFFER_FULL: ManagementError = {
  ...{ status: 429, type: LIMIT_TYPE, message: "The WebSocket client side buffer is full." },
};
export const NO_TOKEN: ManagementError = {
  ...{ status: 403, type: "MissingAuthenticationTokenException" },
  message: "Missing Authentication Token",
};
export const INTERNAL_ERROR: ManagementError = {
  ...{ status: 500, type: "InternalServerErrorException", message: "Internal server error" },
};

/** The answers that can be asked for on demand; `no-answer` is none. */
export const FAULT_ERRORS: Record<
  Exclude<NonNullable<ManagementFault["error"]>, "no-answer">,
  ManagementError
> = {
  ...{ gone: GONE, forbidden: NOT_AUTHORIZED, internal: INTERNAL_ERROR },
  ...{ "limit-exceeded": TOO_MANY, "buffer-full": BUFFER_FULL },
};
