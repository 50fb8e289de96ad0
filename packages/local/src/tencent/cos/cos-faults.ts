import type { CosErrorCode } from "./cos-error.ts";

/** What is asked of COS, named as in a policy. */
export type CosAction =
  | "PutObject"
  | "GetObject"
  | "HeadObject"
  | "DeleteObject"
  | "DeleteMultipleObjects"
  | "GetBucket"
  | "HeadBucket"
  | "GetBucketVersioning"
  | "PutBucketVersioning";

/** A request, as faults and the log of requests see it. */
export interface CosRequest {
  action: CosAction;
  bucket: string;
  /** The object's key; the prefix of a listing; empty for what concerns the bucket as a whole. */
  key: string;
  /** True for a repetition that the SDK made by itself. */
  retry: boolean;
}

/** A listing that is not up to date. */
export interface StaleListing {
  /** Shows the bucket as it was so long ago, in milliseconds; a minute and 10,000 changes are remembered. (Default: 0) */
  staleMs?: number;
  /** Leaves keys out. (Default: none) */
  hide?: (key: string) => boolean;
}

/** What becomes of a request. */
export interface CosFault {
  /** How much later than usual it takes effect, in milliseconds. (Default: 0) */
  delayMs?: number;
  /**
   * How it is answered: an error of COS, `no-answer` a lost connection, `half-answer` one that is lost
   * in the middle of the answer, `hang` never. (Default: as usual)
   */
  error?: CosErrorCode | "no-answer" | "half-answer" | "hang";
  /** True: it takes effect nevertheless, and only its answer is wrong. (Default: false) */
  afterEffect?: boolean;
  /** For a listing: what it does not show. (Default: all is shown) */
  listing?: StaleListing;
}

/** Faults on demand. */
export interface CosFaults {
  /** Says what becomes of a request; undefined: nothing unusual. */
  requests?: (request: CosRequest) => CosFault | undefined;
}
