import { InvalidArgumentError, type Pusher } from "@hubbub/core";
import { parseConnectionString, parseEndpoint } from "./connection-string.ts";
import type { EventHandlerOptions } from "./event-handler-options.ts";
import { createWebPubSubPusher } from "./web-pubsub-pusher.ts";
import { createSdkClient, type SdkClientOptions } from "./web-pubsub-sdk.ts";

/** Where the resource is, and its keys, as far as they are known. */
export interface EventResource {
  readonly endpoint: string | undefined;
  /** That of the connection string first. */
  readonly keys: readonly string[];
  readonly credential: SdkClientOptions["credential"] | undefined;
}

/**
 * Reads which resource the options name.
 *
 * @throws InvalidArgumentError if there is nothing by which an event could be verified.
 */
export function resourceOf(options: EventHandlerOptions): EventResource {
  const { connectionString, endpoint, credential, accessKeys = [], verify } = options;
  if (connectionString !== undefined && endpoint !== undefined) {
    throw new InvalidArgumentError("connectionString and endpoint must not both be given");
  }
  if (connectionString !== undefined) {
    const { accessKey, ...resource } = parseConnectionString(connectionString);
    return { ...resource, keys: [accessKey, ...accessKeys], credential: { key: accessKey } };
  }
  if (accessKeys.length === 0 && !verify) {
    throw new InvalidArgumentError(
      "connectionString, accessKeys or verify must be given: without them anybody could send events",
    );
  }
  const url = endpoint === undefined ? undefined : parseEndpoint("endpoint", endpoint);
  return { endpoint: url?.origin, keys: accessKeys, credential };
}

/**
 * Says which hosts may validate.
 *
 * @throws InvalidArgumentError if nothing tells.
 */
export function originsOf(
  { allowedOrigins }: EventHandlerOptions,
  { endpoint }: EventResource,
): readonly string[] {
  if (allowedOrigins) return allowedOrigins;
  if (endpoint === undefined) {
    throw new InvalidArgumentError("allowedOrigins must be given where there is no endpoint");
  }
  const { host, hostname } = new URL(endpoint);
  return [host, hostname];
}

/**
 * Creates the pusher, unless it is given.
 *
 * @throws InvalidArgumentError if nothing says how to reach the service.
 */
export function pusherOf(options: EventHandlerOptions, resource: EventResource): Pusher {
  const { pusher, client, meter, hub } = options;
  if (pusher) return pusher;
  if (client) return createWebPubSubPusher(client, { meter });
  const { endpoint, credential } = resource;
  if (endpoint === undefined || credential === undefined) {
    throw new InvalidArgumentError(
      "connectionString must be given, or endpoint and credential, or client, or pusher",
    );
  }
  return createWebPubSubPusher(createSdkClient({ endpoint, credential, hub }), { meter });
}
