import type { WebPubSubClientLike } from "./web-pubsub-client.ts";

/** An identity of Microsoft Entra, such as `new DefaultAzureCredential()` of `@azure/identity`. */
export interface TokenCredentialLike {
  getToken(
    scopes: string | string[],
    options?: object,
  ): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

/** A resource, and who asks. */
export interface SdkClientOptions {
  readonly endpoint: string;
  readonly hub: string;
  readonly credential: TokenCredentialLike | { readonly key: string };
}

const RETRIES = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

/**
 * Creates a client that loads the official SDK with its first request: half of what a function has to
 * load, and a `connect` needs none of it.
 *
 * @param options Which hub, and who asks.
 */
export function createSdkClient(options: SdkClientOptions): WebPubSubClientLike {
  let loading: Promise<WebPubSubClientLike> | undefined;
  const client = () => {
    loading ??= load(options);
    return loading;
  };
  return {
    group: (name) => ({
      addConnection: async (...call) => (await client()).group(name).addConnection(...call),
      removeConnection: async (...call) => (await client()).group(name).removeConnection(...call),
      sendToAll: async (...call) => (await client()).group(name).sendToAll(...call),
    }),
    sendToConnection: async (...call) => (await client()).sendToConnection(...call),
    closeConnection: async (...call) => (await client()).closeConnection(...call),
  };
}

async function load({ endpoint, hub, credential }: SdkClientOptions): Promise<WebPubSubClientLike> {
  const { AzureKeyCredential, WebPubSubServiceClient } = await import("@azure/web-pubsub");
  const identity = "key" in credential ? new AzureKeyCredential(credential.key) : credential;
  return new WebPubSubServiceClient(endpoint, identity, hub, {
    allowInsecureConnection: endpoint.startsWith("http:"), // A server on this machine.
    retryOptions: RETRIES,
  });
}
