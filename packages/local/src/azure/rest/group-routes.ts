import type { Hub, HubConnection } from "../hub.ts";
import { isGroupName } from "../hub-names.ts";
import { parseRecord } from "../is-record.ts";
import { listGroup } from "./list-group.ts";
import { selectionOf } from "./read-message.ts";
import { badRequest, notFound, type RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

type Change = "join" | "leave";

const GONE = notFound("There is no such connection");

function leaveAll(hub: Hub, connections: readonly HubConnection[]): void {
  for (const connection of connections) {
    for (const group of [...connection.groups]) hub.leave(connection, group);
  }
}

/** Puts a connection into a group, or takes it out. */
function changeOne({ hub, params }: RestRequest, change: Change, status: number): RestReply {
  const { id = "", group } = params;
  const connection = hub.get(id);
  if (!connection) return GONE;
  if (!isGroupName(group)) return badRequest("A group's name has 1 to 1024 characters");
  return { status, effect: () => hub[change](connection, group) };
}

/** Does it with all connections of a user. */
function changeUser({ hub, params }: RestRequest, change: Change, status: number): RestReply {
  const { user = "", group } = params;
  if (!isGroupName(group)) return badRequest("A group's name has 1 to 1024 characters");
  const connections = hub.ofUser(user);
  if (change === "join" && connections.length === 0) return notFound("The user is not connected");
  return {
    status,
    effect() {
      for (const connection of connections) hub[change](connection, group);
    },
  };
}

/** Does it with all connections that a filter selects. */
function changeMany({ hub, body }: RestRequest, change: Change): RestReply {
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
    run: (request) => changeOne(request, "join", 200),
  },
  {
    ...{ method: "DELETE", path: "groups/{group}/connections/{id}" },
    run: (request) => changeOne(request, "leave", 204),
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
    run: (request) => changeUser(request, "join", 200),
  },
  {
    ...{ method: "DELETE", path: "users/{user}/groups/{group}" },
    run: (request) => changeUser(request, "leave", 204),
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
