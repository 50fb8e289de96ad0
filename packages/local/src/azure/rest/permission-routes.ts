import type { HubConnection } from "../hub.ts";
import type { Permission } from "../permissions.ts";
import { badRequest, notFound, type RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

interface Target {
  connection: HubConnection | undefined;
  permission: Permission;
  group: string | undefined;
}

/** Reads what a request is about, then does `run` with it. */
function withTarget(
  { hub, params, query }: RestRequest,
  run: (target: Target) => RestReply,
): RestReply {
  const { permission = "", id = "" } = params;
  if (permission !== "joinLeaveGroup" && permission !== "sendToGroup") {
    return badRequest("A permission is joinLeaveGroup or sendToGroup");
  }
  const group = query.get("targetName") ?? undefined;
  return run({ connection: hub.get(id), permission, group });
}

const path = "permissions/{permission}/connections/{id}";

/** The operations on clients' permissions. */
export const PERMISSION_ROUTES: readonly RestRoute[] = [
  {
    ...{ method: "HEAD", path },
    run: (request) =>
      withTarget(request, ({ connection, permission, group }) =>
        connection?.permissions.has(permission, group)
          ? { status: 200 }
          : notFound("The client has no such permission"),
      ),
  },
  {
    ...{ method: "PUT", path },
    run: (request) =>
      withTarget(request, ({ connection, permission, group }) =>
        connection
          ? { status: 200, effect: () => connection.permissions.grant(permission, group) }
          : notFound("There is no such connection"),
      ),
  },
  {
    ...{ method: "DELETE", path },
    run: (request) =>
      withTarget(request, ({ connection, permission, group }) => ({
        ...{ status: 204, effect: () => connection?.permissions.revoke(permission, group) },
      })),
  },
];
