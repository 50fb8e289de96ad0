/**
 * A chat behind a WebSocket API of Tencent's API Gateway, which was retired in October 2026: three
 * event functions and a push URL.
 *
 * @module
 */
export type { ApiGatewayAnswer, ApiGatewayRegisterAnswer } from "./api-gateway-answers.ts";
export type {
  ApiGatewayCleanupEvent,
  ApiGatewayRegisterEvent,
  ApiGatewayTransportEvent,
} from "./api-gateway-events.ts";
export { type ApiGatewayFunctions, createApiGatewayFunctions } from "./api-gateway-functions.ts";
export type { ApiGatewayOptions } from "./api-gateway-options.ts";
export type { CosLike } from "./cos-options.ts";
export type { PushUrlPusherOptions } from "./push-url-options.ts";
export { createPushUrlPusher, type PushUrlPusher } from "./push-url-pusher.ts";
export type { ScfContextLike } from "./scf-context.ts";
