import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Chat, EventDefinitions, User } from "@hubbub/core";
import type { ChatServer } from "./chat-server.ts";
import { portOf, webSocketUrl } from "./http-server.ts";
import { checkAttachNames, resolveAttachOptions } from "./resolve-options.ts";
import { runChat } from "./run-chat.ts";
import type { AttachOptions } from "./server-options.ts";
import { ELSEWHERE, pathOf, refuseUpgrade } from "./upgrade-request.ts";

/**
 * Serves a chat on a path of an HTTP or HTTPS server that you have already. Requests and upgrades on
 * other paths are left to your own listeners, and so are signals. `close()` leaves the server open.
 *
 * @param chat The chat.
 * @param server The server, listening or not.
 * @param options Path, backend and bounds.
 * @returns The chat server.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function attach<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  server: Server,
  options: AttachOptions = {},
): ChatServer<E> {
  checkAttachNames(options);
  const resolved = resolveAttachOptions(options);
  const { hub, health, upgrade, drain } = runChat(chat, resolved);

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) === resolved.path) upgrade(request, socket, head);
    // Node closes such a socket by itself only while nobody listens.
    else if (server.listenerCount("upgrade") === 1) refuseUpgrade(socket, ELSEWHERE);
  };
  server.on("upgrade", onUpgrade);
  let closed: Promise<void> | undefined;

  return {
    get port() {
      return portOf(server);
    },
    get url() {
      return webSocketUrl(server, resolved.path);
    },
    hub,
    connections: () => health().connections,
    health,
    close() {
      closed ??= drain().then(async () => {
        server.off("upgrade", onUpgrade);
        await resolved.close();
      });
      return closed;
    },
  };
}
