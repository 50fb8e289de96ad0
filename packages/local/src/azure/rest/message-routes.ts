import type { HubConnection } from "../hub.ts";
import { sendTo } from "../send-messages.ts";
import { readMessage, readSelection } from "./read-message.ts";
import type { RestReply } from "./rest-reply.ts";
import type { RestRequest, RestRoute } from "./rest-route.ts";

/** Sends the request's message to those of `find` that it selects. */
function send(
  request: RestRequest,
  find: () => readonly HubConnection[],
  group?: string,
): RestReply {
  const message = readMessage(request);
  if ("status" in message) return message;
  const wants = readSelection(request.query);
  if ("status" in wants) return wants;
  const sent = { ...message, ...(group !== undefined && { group }) };
  // 202 whoever is there: the service accepts messages for the dead.
  return { status: 202, effect: () => void sendTo(find(), sent, wants) };
}

/** The operations that send messages. */
export const MESSAGE_ROUTES: readonly RestRoute[] = [
  {
    ...{ method: "POST", path: ":send" },
    run: (request) => send(request, () => request.hub.all()),
  },
  {
    ...{ method: "POST", path: "connections/{id}/:send" },
    run(request) {
      const { hub, params } = request;
      return send(request, () => {
        const connection = hub.get(params.id ?? "");
        return connection ? [connection] : [];
      });
    },
  },
  {
    ...{ method: "POST", path: "users/{user}/:send" },
    run: (request) => send(request, () => request.hub.ofUser(request.params.user ?? "")),
  },
  {
    ...{ method: "POST", path: "groups/{group}/:send" },
    run(request) {
      const { group = "" } = request.params;
      return send(request, () => request.hub.inGroup(group), group);
    },
  },
];
