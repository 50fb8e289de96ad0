/**
 * AWS on this machine: API Gateway's WebSocket API with its `@connections`, Lambda, and SQS.
 *
 * @module
 */
export type {
  GatewayFaults,
  ManagementFault,
  ManagementRequest,
} from "./aws/api-gateway/gateway-faults.ts";
export type {
  AuthorizerOptions,
  GatewayLatency,
  LocalApiGatewayOptions,
  RouteOptions,
} from "./aws/api-gateway/gateway-options.ts";
export {
  createLocalApiGateway,
  type LocalApiGateway,
} from "./aws/api-gateway/local-api-gateway.ts";
export {
  type AwsCredentials,
  refuseSignature,
  type SignatureCheck,
  type SignatureRefusal,
  type SignedRequest,
} from "./aws/api-gateway/signature.ts";
export type {
  AuthorizerContext,
  AuthorizerEvent,
  ClientIdentity,
  WebSocketConnectEvent,
  WebSocketDisconnectEvent,
  WebSocketEvent,
  WebSocketMessageEvent,
  WebSocketRequest,
  WebSocketRequestContext,
} from "./aws/api-gateway/web-socket-event.ts";
export type {
  AnyLambdaHandler,
  LambdaCallback,
  LambdaContext,
  LambdaHandler,
} from "./aws/lambda/lambda-handler.ts";
export {
  createEventSource,
  type EventSource,
  type EventSourceOptions,
} from "./aws/sqs/event-source.ts";
export type { LocalQueue, QueueCounts } from "./aws/sqs/local-queue.ts";
export { createLocalSqs, type LocalSqs, type LocalSqsOptions } from "./aws/sqs/local-sqs.ts";
export type { MessageAttribute, MessageAttributes } from "./aws/sqs/message-attributes.ts";
export type { QueueAttributes } from "./aws/sqs/queue-attributes.ts";
export type { QueueMessage } from "./aws/sqs/queue-message.ts";
export { SqsError, type SqsErrorCode } from "./aws/sqs/sqs-error.ts";
export type { SqsEvent, SqsRecord, SqsRecordAttribute } from "./aws/sqs/sqs-event.ts";
export type { DelayRange } from "./shared/delay-range.ts";
export type { LocalClock } from "./shared/local-clock.ts";
export {
  createLocalFunction,
  type InvocationContext,
  type LocalFunction,
  type LocalFunctionOptions,
} from "./shared/local-function.ts";
export type { TlsOptions } from "./shared/loopback-server.ts";
export { createSeededRandom } from "./shared/seeded-random.ts";
export type { TokenBucketOptions } from "./shared/token-bucket.ts";
