import { createClientToken } from "../client-token.ts";
import { isGroupName } from "../hub-names.ts";
import { badRequest, type RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

const MAX_MINUTES = 2 ** 31 - 1;

function generateToken({ hub, query, settings }: RestRequest): RestReply {
  const clientType = query.get("clientType") ?? "Default";
  if (clientType.toLowerCase() !== "default") {
    return badRequest("clientType must be Default: MQTT and Socket.IO are not served");
  }
  const minutes = query.get("minutesToExpire") ?? "60";
  if (!/^\d{1,10}$/.test(minutes) || Number(minutes) < 1 || Number(minutes) > MAX_MINUTES) {
    return badRequest("minutesToExpire must be a whole number from 1 to 2147483647");
  }
  const groups = query.getAll("group");
  if (!groups.every(isGroupName)) return badRequest("A group's name has 1 to 1024 characters");
  const { accessKey, endpoint, clock } = settings;
  const token = createClientToken(
    {
      ...{ userId: query.get("userId") ?? undefined, roles: query.getAll("role"), groups },
      expiresInMinutes: Number(minutes),
    },
    { hub: hub.name, endpoint, accessKey, now: clock.now() },
  );
  return { status: 200, json: { token } };
}

/** The operation that makes access tokens for clients. */
export const TOKEN_ROUTES: readonly RestRoute[] = [
  { method: "POST", path: ":generateToken", run: generateToken },
];
