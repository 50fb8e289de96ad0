import { InvalidArgumentError, type Meter, type Pusher, type RequestKind } from "@hubbub/core";
import { checkTimeout } from "./check-options.ts";
import { untilAborted } from "./until-aborted.ts";
import type { WebPubSubClientLike, WebPubSubRequestOptions } from "./web-pubsub-client.ts";
import { isPossibleId, meaningOf, requestError } from "./web-pubsub-errors.ts";
import { webPubSubGroupName } from "./web-pubsub-group.ts";

/** Options of {@link createWebPubSubPusher}. */
export interface WebPubSubPusherOptions {
  /** How long a request may take, the SDK's retries included, in whole milliseconds, at most 2,147,483,647. (Default: 5,000) */
  timeoutMs?: number | undefined;
  /** Counts a `push` for each send and close, a `broadcast` for each send to a group, a `write` for each join and leave. */
  meter?: Meter | undefined;
}

const MAX_BYTES = 1024 * 1024; // The longest body that the service's emulator takes.
const TEXT = { contentType: "text/plain" } as const; // Without it the SDK sends JSON, in quotes.
type Call = (limit: WebPubSubRequestOptions) => Promise<void>;

const GROUPS = 1000; // Names of groups that are remembered.

/**
 * Creates a pusher to the connections of one hub. Rooms are groups: a message is one request, however
 * many members its room has. It never grants a role.
 *
 * A send to a connection that is no more is accepted, by Microsoft's emulator at least, and then `send`
 * answers `sent` for it, too: who left is known from `disconnected` events and leases. `send` answers `throttled` for 429 and a
 * time-out, `too-large` for 413 and more than 1 MiB, and rejects with `invalid_argument` for 401 and
 * 403, with `unavailable` for anything else. `close` hands the reason on, but Web PubSub takes no code.
 *
 * @param client A `WebPubSubServiceClient` of the hub.
 * @param options How long to wait, and whom to tell of requests.
 * @returns A pusher, to be kept for the life of the process.
 * @throws InvalidArgumentError if `client` or an option is wrong.
 */
export function createWebPubSubPusher(
  client: WebPubSubClientLike,
  options: WebPubSubPusherOptions = {},
): Pusher & Required<Pick<Pusher, "groups">> {
  const { timeoutMs = 5000, meter } = options;
  checkClient(client);
  checkTimeout("timeoutMs", timeoutMs);
  const groupOf = createGroups(client);
  const limited = (call: Call) => untilAborted(AbortSignal.timeout(timeoutMs), call);

  /** Makes a request whose `missing` is fine: what it is about is gone. */
  async function request(kind: RequestKind, what: string, call: Call) {
    meter?.count(kind);
    try {
      await limited(call);
    } catch (error) {
      if (meaningOf(error) !== "missing") throw requestError(what, error);
    }
  }

  return {
    async send(connectionId, text) {
      if (!isPossibleId(connectionId)) return "gone";
      if (isTooLarge(text)) return "too-large";
      meter?.count("push");
      try {
        await limited((limit) =>
          client.sendToConnection(connectionId, text, { ...TEXT, ...limit }),
        );
        return "sent";
      } catch (error) {
        const meaning = meaningOf(error);
        if (meaning === "too-large") return meaning;
        if (meaning === "throttled" || meaning === "timeout") return "throttled";
        throw requestError("send to a connection", error);
      }
    },
    async close(connectionId, _code, reason) {
      if (!isPossibleId(connectionId)) return;
      const how: Call = (limit) => client.closeConnection(connectionId, { reason, ...limit });
      await request("push", "close a connection", how);
    },
    groups: {
      async join(group, connectionId) {
        if (!isPossibleId(connectionId)) return;
        const add: Call = (limit) => groupOf(group).addConnection(connectionId, limit);
        await request("write", "add to a group", add);
      },
      async leave(group, connectionId) {
        if (!isPossibleId(connectionId)) return;
        const remove: Call = (limit) => groupOf(group).removeConnection(connectionId, limit);
        await request("write", "remove from a group", remove);
      },
      async broadcast(group, text, { except = [] } = {}) {
        const excluded = except.filter(isPossibleId);
        meter?.count("broadcast");
        try {
          const rest = excluded.length > 0 ? { excludedConnections: excluded } : {};
          await limited((limit) => groupOf(group).sendToAll(text, { ...TEXT, ...limit, ...rest }));
        } catch (error) {
          throw requestError("send to a group", error);
        }
        return undefined; // The service does not tell to how many.
      },
    },
  };
}

function checkClient(client: WebPubSubClientLike): void {
  for (const method of ["group", "sendToConnection", "closeConnection"] as const) {
    if (typeof client?.[method] !== "function") {
      throw new InvalidArgumentError(
        `client must be a WebPubSubServiceClient, it has no method ${method}`,
      );
    }
  }
}

/** The clients of groups, those that were used of late kept. */
function createGroups(client: WebPubSubClientLike) {
  const known = new Map<string, ReturnType<WebPubSubClientLike["group"]>>();
  return (group: string) => {
    let found = known.get(group);
    if (!found) {
      found = client.group(webPubSubGroupName(group));
      known.set(group, found);
      if (known.size > GROUPS) known.delete(known.keys().next().value as string);
    }
    return found;
  };
}

function isTooLarge(text: string): boolean {
  if (text.length * 3 <= MAX_BYTES) return false;
  return text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES;
}
