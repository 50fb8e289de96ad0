import {
  type ConnectionProtocol,
  InvalidArgumentError,
  type Logger,
  type Meter,
  type RequestKind,
  UnavailableError,
} from "@hubbub/core";
import { isObject } from "@hubbub/core/adapter";
import type { Memberships } from "./table-connection-rows.ts";
import { untilAborted } from "./until-aborted.ts";
import type { WebPubSubRequestOptions } from "./web-pubsub-client.ts";
import { isPossibleId, meaningOf, requestError } from "./web-pubsub-errors.ts";
import { webPubSubGroupName } from "./web-pubsub-group.ts";

/** How a group is listed. */
export interface GroupListOptions extends WebPubSubRequestOptions {
  maxPageSize: number;
  continuationToken?: string;
  /** Is shown the answer: the SDK itself keeps the link to the next page from its callers. */
  onResponse(raw: unknown, answer: unknown): void;
}

/** The least of a `WebPubSubGroup` that the connection store needs. */
export interface WebPubSubRosterLike {
  addConnection(connectionId: string, options: WebPubSubRequestOptions): Promise<void>;
  removeConnection(connectionId: string, options: WebPubSubRequestOptions): Promise<void>;
  listConnections(options: GroupListOptions): Promise<{ byPage(): AsyncIterator<unknown> }>;
}

/** The least of a `WebPubSubServiceClient` that the connection store needs. */
export interface WebPubSubServiceLike {
  group(name: string): WebPubSubRosterLike;
  removeConnectionFromAllGroups(
    connectionId: string,
    options: WebPubSubRequestOptions,
  ): Promise<void>;
}

/** A room's connections that speak one protocol, as far as a page goes. */
interface GroupPage {
  readonly ids: readonly string[];
  /** How many there were, those included that are no connections. */
  readonly count: number;
  /** What the next page is asked for with; undefined on the last one. */
  readonly next: string | undefined;
}

/** Who is in which group, as the service knows it. */
export interface WebPubSubMemberships extends Memberships {
  add(protocol: ConnectionProtocol, room: string, connectionId: string): Promise<void>;
  remove(protocol: ConnectionProtocol, room: string, connectionId: string): Promise<void>;
  list(
    protocol: ConnectionProtocol,
    room: string,
    page: { token: string; limit: number },
  ): Promise<GroupPage>;
}

const MAX_PAGE = 200; // The service's.

/**
 * Creates the operations on groups. A group dies with its connections, and a lease is in the connection's
 * row alone, so there is nothing to extend.
 */
export function createWebPubSubMemberships(
  service: WebPubSubServiceLike,
  options: {
    timeoutMs: number;
    meter: Meter | undefined;
    logger: Logger | undefined;
  },
): WebPubSubMemberships {
  const { timeoutMs, meter, logger } = options;
  let hasWarned = false;
  if (typeof service?.group !== "function") {
    throw new InvalidArgumentError("service must be a WebPubSubServiceClient");
  }
  const groupOf = (protocol: ConnectionProtocol, room: string) =>
    service.group(webPubSubGroupName(`${protocol}:${room}`)); // The group that core's pusher sends to.

  /** Makes a request; who is not there (404) is in no group. */
  async function request<T>(
    kind: RequestKind,
    what: string,
    call: (limit: WebPubSubRequestOptions) => Promise<T>,
  ): Promise<T | undefined> {
    meter?.count(kind);
    try {
      return await untilAborted(AbortSignal.timeout(timeoutMs), call);
    } catch (error) {
      if (meaningOf(error) === "missing") return undefined;
      throw requestError(what, error);
    }
  }

  async function removeAll({ connectionId }: { connectionId: string }): Promise<void> {
    if (!isPossibleId(connectionId)) return;
    const call = (limit: WebPubSubRequestOptions) =>
      service.removeConnectionFromAllGroups(connectionId, limit);
    await request("write", "remove from all groups", call);
  }

  return {
    async extend() {},
    async renew() {},
    prepareEnd: async (connection) => () => removeAll(connection),
    removeAll,
    async add(protocol, room, connectionId) {
      if (!isPossibleId(connectionId)) return;
      const call = (limit: WebPubSubRequestOptions) =>
        groupOf(protocol, room).addConnection(connectionId, limit);
      await request("write", "add to a group", call);
    },
    async remove(protocol, room, connectionId) {
      if (!isPossibleId(connectionId)) return;
      const call = (limit: WebPubSubRequestOptions) =>
        groupOf(protocol, room).removeConnection(connectionId, limit);
      await request("write", "remove from a group", call);
    },
    async list(protocol, room, { token, limit }) {
      let answer: unknown;
      const page = await request("list", "list a group", async (limits) => {
        const listed = await groupOf(protocol, room).listConnections({
          ...{ ...limits, maxPageSize: Math.min(limit, MAX_PAGE) },
          ...(token !== "" && { continuationToken: token }),
          onResponse(_raw, flat) {
            answer = flat;
          },
        });
        const { value = [] }: { value?: unknown } = await listed.byPage().next();
        if (!Array.isArray(value)) throw new TypeError("not a page");
        return value as readonly unknown[];
      });
      const ids = (page ?? []).map((entry) => (isObject(entry) ? entry.connectionId : undefined));
      const known = ids.filter((id): id is string => typeof id === "string" && isPossibleId(id));
      if (known.length < ids.length && !hasWarned) {
        hasWarned = true;
        logger?.warn("the service listed what is no connection; it is passed over");
      }
      return { ids: known, count: ids.length, next: tokenOf(answer) };
    },
  };
}

/** The token in the link to the next page; undefined if there is none. A page without one is the last. */
function tokenOf(answer: unknown): string | undefined {
  const { nextLink } = (answer ?? {}) as { nextLink?: unknown };
  if (nextLink === undefined || nextLink === null || nextLink === "") return undefined;
  const query = /\?([^#]*)/.exec(String(nextLink))?.[1];
  const token = new URLSearchParams(query).get("continuationToken");
  // To end here would hide the rest of the room.
  if (!token) throw new UnavailableError("Web PubSub's link to the next page has no token");
  return token;
}
