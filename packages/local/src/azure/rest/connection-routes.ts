import type { HubConnection } from "../hub.ts";
import { notExisting, type RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

const CLOSED = "ClosedByAppServer";

/** Closes connections; those that are excluded stay. */
function close({ query }: RestRequest, find: () => readonly HubConnection[]): RestReply {
  const excluded = new Set(query.getAll("excluded"));
  const reason = query.get("reason") || CLOSED;
  return {
    status: 204,
    effect() {
      for (const connection of find()) if (!excluded.has(connection.id)) connection.close(reason);
    },
  };
}

function exists(found: boolean, thing: "Connection" | "Group" | "User", name: string): RestReply {
  return found ? { status: 200 } : notExisting("Warning", thing, name);
}

/** The operations that close connections and ask for them. */
export const CONNECTION_ROUTES: readonly RestRoute[] = [
  {
    ...{ method: "HEAD", path: "connections/{id}" },
    run: ({ hub, params: { id = "" } }) => exists(hub.get(id) !== undefined, "Connection", id),
  },
  {
    ...{ method: "HEAD", path: "users/{user}" },
    run: ({ hub, params: { user = "" } }) => exists(hub.ofUser(user).length > 0, "User", user),
  },
  {
    ...{ method: "HEAD", path: "groups/{group}" },
    run: ({ hub, params: { group = "" } }) => exists(hub.inGroup(group).length > 0, "Group", group),
  },
  {
    ...{ method: "DELETE", path: "connections/{id}" },
    run(request) {
      const { hub, params } = request;
      return close(request, () => {
        const connection = hub.get(params.id ?? "");
        return connection ? [connection] : [];
      });
    },
  },
  {
    ...{ method: "POST", path: ":closeConnections" },
    run: (request) => close(request, () => request.hub.all()),
  },
  {
    ...{ method: "POST", path: "groups/{group}/:closeConnections" },
    run: (request) => close(request, () => request.hub.inGroup(request.params.group ?? "")),
  },
  {
    ...{ method: "POST", path: "users/{user}/:closeConnections" },
    run: (request) => close(request, () => request.hub.ofUser(request.params.user ?? "")),
  },
];
