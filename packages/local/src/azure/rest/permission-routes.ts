import type { HubConnection } from "../hub.ts";
import { isGroupName } from "../hub-names.ts";
import type { Permission } from "../permissions.ts";
import { badRequest, notExisting, type RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

interface Target {
  connection: HubConnection | undefined;
  permission: Permission;
  group: string;
  /** The answer if there is no connection, or no permission. */
  missing: RestReply;
}

const PERMISSIONS: readonly Permission[] = ["joinLeaveGroup", "sendToGroup"];

/** Reads what a request is about, then does `run` with it. */
function withTarget(
  { hub, params, query }: RestRequest,
  run: (target: Target) => RestReply,
): RestReply {
  const { permission: name = "", id = "" } = params;
  const permission = PERMISSIONS.find((one) => one.toLowerCase() === name.toLowerCase());
  if (!permission) return badRequest("A permission is joinLeaveGroup or sendToGroup");
  const group = query.get("targetName");
  if (!isGroupName(group)) return badRequest("targetName must be the name of a group");
  const missing = notExisting("Info", "Connection", id);
  return run({ connection: hub.get(id), permission, group, missing });
}

const path = "permissions/{permission}/connections/{id}";

/** The operations on clients' permissions. */
export const PERMISSION_ROUTES: readonly RestRoute[] = [
  {
    ...{ method: "HEAD", path },
    run: (request) =>
      withTarget(request, ({ connection, permission, group, missing }) =>
        connection?.permissions.allows(permission, group) ? { status: 200 } : missing,
      ),
  },
  {
    ...{ method: "PUT", path },
    run: (request) =>
      withTarget(request, ({ connection, permission, group, missing }) =>
        connection
          ? { status: 200, effect: () => connection.permissions.grant(permission, group) }
          : missing,
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
