/**
 * Azure on this machine: Web PubSub with its REST API, its clients and its events.
 *
 * @module
 */
export type { ClientTokenOptions } from "./azure/client-token.ts";
export { createHostileFaults } from "./azure/hostile-faults.ts";
export { createLocalWebPubSub, type LocalWebPubSub } from "./azure/local-web-pubsub.ts";
export type {
  RestFault,
  RestRequestInfo,
  UpstreamEventInfo,
  WebPubSubFaults,
} from "./azure/web-pubsub-faults.ts";
export type {
  LocalWebPubSubOptions,
  SystemEvent,
  WebPubSubEventHandler,
  WebPubSubHubOptions,
} from "./azure/web-pubsub-options.ts";
export type { LocalClock } from "./shared/local-clock.ts";
export { createSeededRandom } from "./shared/seeded-random.ts";
export type { TokenBucketOptions } from "./shared/token-bucket.ts";
