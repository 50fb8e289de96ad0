/**
 * Tencent Cloud on this machine: COS.
 *
 * @module
 */
export type { DelayRange } from "./shared/delay-range.ts";
export type { LocalClock } from "./shared/local-clock.ts";
export { createSeededRandom } from "./shared/seeded-random.ts";
export type { CosVersioning } from "./tencent/cos/cos-bucket.ts";
export type { CosErrorCode } from "./tencent/cos/cos-error.ts";
export type {
  CosAction,
  CosFault,
  CosFaults,
  CosRequest,
  StaleListing,
} from "./tencent/cos/cos-faults.ts";
export { COS_LIMITS, type CosLimits } from "./tencent/cos/cos-limits.ts";
export type { CosBucketOptions, CosLatency, LocalCosOptions } from "./tencent/cos/cos-options.ts";
export {
  type CosCredentials,
  type CosSignatureCheck,
  type CosSignatureRefusal,
  type CosSignedRequest,
  refuseCosSignature,
} from "./tencent/cos/cos-signature.ts";
export { type CosLogEntry, createLocalCos, type LocalCos } from "./tencent/cos/local-cos.ts";
