/**
 * Why there is no response: `timeout`, `lost` (the connection broke, or never came about), `protocol`
 * (what came is no HTTP/1.1, or too large), `destroyed` (the pool was).
 */
export type HttpFailureKind = "timeout" | "lost" | "protocol" | "destroyed";

/** What is known of a failure. */
export interface HttpFailureDetails {
  kind: HttpFailureKind;
  /** A kept-alive connection broke before a byte of the response came: it may have been dead before. */
  stale?: boolean;
  cause?: unknown;
}

/** Thrown inside this package when a request has no response. */
export class HttpFailure extends Error {
  override name = "HttpFailure";
  readonly kind: HttpFailureKind;
  readonly stale: boolean;

  constructor(message: string, { kind, stale = false, cause }: HttpFailureDetails) {
    super(message, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.stale = stale;
  }
}
