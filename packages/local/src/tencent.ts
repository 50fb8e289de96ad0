/**
 * Tencent Cloud on this machine: COS, API Gateway's WebSocket API with its three functions and
 * its push URL, and SCF's Web Function with native WebSocket.
 *
 * @module
 */
export type { DelayRange } from "./shared/delay-range.ts";
export type { LocalClock } from "./shared/local-clock.ts";
export {
  createLocalFunction,
  type InvocationContext,
  type LocalFunction,
  type LocalFunctionOptions,
} from "./shared/local-function.ts";
export { createSeededRandom } from "./shared/seeded-random.ts";
export type { TencentGatewayCounts } from "./tencent/api-gateway/gateway-counts.ts";
export type {
  TencentCleanupEvent,
  TencentGatewayEvent,
  TencentRegisterEvent,
  TencentRequestContext,
  TencentTransportEvent,
} from "./tencent/api-gateway/gateway-events.ts";
export type {
  TencentGatewayFaults,
  TencentPushFault,
  TencentPushRequest,
} from "./tencent/api-gateway/gateway-faults.ts";
export type {
  LocalTencentGatewayOptions,
  TencentGatewayLatency,
} from "./tencent/api-gateway/gateway-options.ts";
export {
  createLocalTencentGateway,
  type LocalTencentGateway,
} from "./tencent/api-gateway/local-tencent-gateway.ts";
export type { ScfCallback, ScfContext, ScfFunction } from "./tencent/api-gateway/scf-function.ts";
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
export type { FunctionInstance } from "./tencent/web-function/function-instances.ts";
export type {
  FunctionCommand,
  FunctionServer,
  StartedServer,
} from "./tencent/web-function/function-server.ts";
export type { Invocation, TrafficBound } from "./tencent/web-function/invocation.ts";
export {
  createLocalWebFunction,
  type LocalWebFunction,
} from "./tencent/web-function/local-web-function.ts";
export type { WebFunctionTraffic } from "./tencent/web-function/traffic-watch.ts";
export type {
  LocalWebFunctionOptions,
  WebFunctionFaults,
  WebFunctionKeys,
} from "./tencent/web-function/web-function-options.ts";
