import { InvalidArgumentError } from "@hubbub/core";

/** Where a Web PubSub resource is, and a key to it. */
export interface WebPubSubResource {
  /** `https://<name>.webpubsub.azure.com`, without a slash at the end. */
  readonly endpoint: string;
  readonly accessKey: string;
}

/**
 * Reads the connection string of a Web PubSub resource, `Endpoint=https://…;AccessKey=…;Version=1.0;`.
 *
 * @param text The connection string; `Port` is that of a local server.
 * @throws InvalidArgumentError if it has no endpoint or no key; the message does not quote it.
 */
export function parseConnectionString(text: unknown): WebPubSubResource {
  const parts = new Map<string, string>();
  for (const part of typeof text === "string" ? text.split(";") : []) {
    const equals = part.indexOf("=");
    if (equals > 0) parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1));
  }
  const accessKey = parts.get("accesskey");
  const given = parts.get("endpoint");
  if (!given || !accessKey) {
    throw new InvalidArgumentError(
      "connectionString must be Endpoint=https://<name>.webpubsub.azure.com;AccessKey=<key>;Version=1.0;",
    );
  }
  const url = parseEndpoint("connectionString", given.includes("://") ? given : `https://${given}`);
  const port = parts.get("port");
  if (port) url.port = port;
  return { endpoint: url.origin, accessKey };
}

/**
 * Reads the address of a Web PubSub resource.
 *
 * @param option The option that it comes from.
 * @throws InvalidArgumentError if it is no address, or one with a path.
 */
export function parseEndpoint(option: string, endpoint: unknown): URL {
  const url = URL.canParse(String(endpoint)) ? new URL(String(endpoint)) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === "/" && !url.username) return url;
  throw new InvalidArgumentError(
    `${option} must have an endpoint such as https://<name>.webpubsub.azure.com`,
  );
}
