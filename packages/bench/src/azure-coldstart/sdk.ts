/** The SDK's client alone. It is not even created. */
export { WebPubSubServiceClient } from "@azure/web-pubsub";
