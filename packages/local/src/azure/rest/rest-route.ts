import type { Buffer } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Hub } from "../hub.ts";
import type { ResolvedWebPubSubOptions } from "../resolve-web-pubsub-options.ts";
import type { RestReply } from "./rest-reply.ts";

/** A request that was let in. */
export interface RestRequest {
  hub: Hub;
  /** What stands in the places of the route's path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  contentType: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Scheme, host and path as the client sees them. */
  url: string;
  settings: Pick<ResolvedWebPubSubOptions, "accessKey" | "clock"> & { endpoint: string };
}

/** An operation of the REST API. */
export interface RestRoute {
  method: string;
  /** The path behind the hub; `{name}` stands for one part. */
  path: string;
  run: (request: RestRequest) => RestReply;
}

/**
 * Matches a path with a route's.
 *
 * @param parts The parts of the path behind the hub, decoded.
 * @returns What stands in the places; undefined if it does not match.
 */
export function matchPath(
  { path }: RestRoute,
  parts: readonly string[],
): Record<string, string> | undefined {
  const wanted = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const name = /^\{(\w+)\}$/.exec(wanted[index] ?? "")?.[1];
    if (name !== undefined) params[name] = part;
    else if (wanted[index] !== part) return undefined;
  }
  return params;
}
