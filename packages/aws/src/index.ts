/**
 * hubbub on AWS: Lambda behind an API Gateway WebSocket API, DynamoDB, SQS for big rooms.
 *
 * @module
 */
export type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";
export {
  apiGatewayEndpoint,
  type EndpointContext,
  type EndpointEnvironment,
} from "./api-gateway-endpoint.ts";
export { type ApiGatewayPusher, createApiGatewayPusher } from "./api-gateway-pusher.ts";
export type { ApiGatewayPusherOptions } from "./api-gateway-pusher-options.ts";
export type { ApiGatewayConnectionInfo } from "./api-gateway-sdk.ts";
export { type ChatTable, type ChatTableOptions, chatTable } from "./chat-table.ts";
export type { DynamoClientLike, DynamoCommand, DynamoOptions } from "./dynamo-client.ts";
export {
  createDynamoConnectionStore,
  type DynamoConnectionStoreOptions,
} from "./dynamo-connection-store.ts";
export { type DynamoProblem, DynamoSetupError } from "./dynamo-errors.ts";
export { createDynamoRoomLog, type DynamoRoomLogOptions } from "./dynamo-room-log.ts";
export type { Shards } from "./dynamo-shards.ts";
export { createDynamoSlotStore, type DynamoSlotStoreOptions } from "./dynamo-slot-store.ts";
export {
  createFanOutWorker,
  type FanOutEvent,
  type FanOutRecord,
  type FanOutResponse,
  type FanOutWorker,
  type FanOutWorkerOptions,
} from "./fan-out-worker.ts";
export type { LambdaContextLike } from "./lambda-deadline.ts";
export {
  isLambdaWebSocketEvent,
  type LambdaEventType,
  type LambdaRequestContext,
  type LambdaWebSocketEvent,
} from "./lambda-event.ts";
export {
  createLambdaHandler,
  type LambdaHandler,
  type LambdaHandlerOptions,
} from "./lambda-handler.ts";
export type { LambdaOptions } from "./lambda-options.ts";
export type { LambdaPortOptions } from "./lambda-ports.ts";
export type { LambdaResponse } from "./lambda-response.ts";
export type { SqsClientLike, SqsClientOptions } from "./sqs-client.ts";
export { createSqsFanOut, type SqsFanOutOptions } from "./sqs-fan-out.ts";
