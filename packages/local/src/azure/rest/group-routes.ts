import type { Hub, HubConnection } from "../hub.ts";
import { dataTypeOf } from "../hub-message.ts";
import { isGroupName } from "../hub-names.ts";
import { parseRecord } from "../is-record.ts";
import { listGroup } from "./list-group.ts";
import { selectionOf } from "./read-message.ts";
import { badRequest, notExisting, type RestReply, restError } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

type Change = "join" | "leave";

const STATUS = { join: 200, leave: 204 } as const;

function leaveAll(hub: Hub, connections: readonly HubConnection[]): void {
  for (const connection of connections) {
    for (const group of [...connection.groups]) hub.leave(connection, group);
  }
}

/** Puts a connection into a group, or takes it out. */
function changeOne({ hub, params }: RestRequest, change: Change): RestReply {
  const { id = "", group = "" } = params;
  const connection = hub.get(id);
  if (!connection) {
    // Who is gone is in no group.
    return change === "leave" ? { status: 204 } : notExisting("Error", "Connection", id);
  }
  return { status: STATUS[change], effect: () => hub[change](connection, group) };
}

/** Does it with all connections of a user. */
function changeUser({ hub, params }: RestRequest, change: Change): RestReply {
  const { user = "", group = "" } = params;
  const connections = hub.ofUser(user);
  if (change === "join" && connections.length === 0) return notExisting("Error", "User", user);
  return {
    status: STATUS[change],
    effect() {
      for (const connection of connections) hub[change](connection, group);
    },
  };
}

/** Does it with all connections that a filter selects. */
function changeMany({ hub, body, contentType }: RestRequest, change: Change): RestReply {
  if (dataTypeOf(contentType) !== "json") {
    return restError(415, "UnsupportedMediaType", "Content-Type must be application/json");
  }
  const { groups, filter } = parseRecord(body.toString()) ?? {};
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroupName)) {
    return badRequest("groups must be an array of names with 1 to 1024 characters");
  }
  if (filter !== undefined && filter !== null && typeof filter !== "string") {
    return badRequest("filter must be a text");
  }
  const wants = selectionOf(filter);
  if ("status" in wants) return wants;
  return {
    status: 200,
    effect() {
      for (const connection of hub.all().filter(wants)) {
        for (const group of groups) hub[change](connection, group);
      }
    },
  };
}

/** The operations on groups and their members. */
export const GROUP_ROUTES: readonly RestRoute[] = [
  { method: "GET", path: "groups/{group}/connections", run: listGroup },
  {
    ...{ method: "PUT", path: "groups/{group}/connections/{id}" },
    run: (request) => changeOne(request, "join"),
  },
  {
    ...{ method: "DELETE", path: "groups/{group}/connections/{id}" },
    run: (request) => changeOne(request, "leave"),
  },
  {
    ...{ method: "DELETE", path: "connections/{id}/groups" },
    run({ hub, params: { id = "" } }) {
      const connection = hub.get(id);
      return { status: 204, effect: () => leaveAll(hub, connection ? [connection] : []) };
    },
  },
  {
    ...{ method: "PUT", path: "users/{user}/groups/{group}" },
    run: (request) => changeUser(request, "join"),
  },
  {
    ...{ method: "DELETE", path: "users/{user}/groups/{group}" },
    run: (request) => changeUser(request, "leave"),
  },
  {
    ...{ method: "DELETE", path: "users/{user}/groups" },
    run: ({ hub, params: { user = "" } }) => ({
      ...{ status: 204, effect: () => leaveAll(hub, hub.ofUser(user)) },
    }),
  },
  { method: "POST", path: ":addToGroups", run: (request) => changeMany(request, "join") },
  { method: "POST", path: ":removeFromGroups", run: (request) => changeMany(request, "leave") },
];
