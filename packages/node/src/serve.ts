import { createServer } from "node:http";
import type { Chat, EventDefinitions, User } from "@hubbub/core";
import type { ChatServer } from "./chat-server.ts";
import { createRequestListener, inspected } from "./http-requests.ts";
import { closeServer, listen, portOf, webSocketUrl } from "./http-server.ts";
import { resolveAttachOptions, resolveListenOptions } from "./resolve-options.ts";
import { runChat } from "./run-chat.ts";
import type { ServeOptions } from "./server-options.ts";
import { closeOnSignals } from "./signals.ts";
import { ELSEWHERE, FAILED, pathOf, refuseUpgrade } from "./upgrade-request.ts";

/**
 * Serves a chat on a port of its own.
 *
 * @param chat The chat.
 * @param options Port, paths, backend and bounds.
 * @returns The server, listening.
 * @throws InvalidArgumentError if an option is wrong or the port is taken.
 */
export async function serve<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: ServeOptions = {},
): Promise<ChatServer<E>> {
  const { port, host, healthPath, signals, handler, onRequest } = resolveListenOptions(options);
  const resolved = resolveAttachOptions(options);
  const { path, ports } = resolved;
  const { hub, health, upgrade, drain } = runChat(chat, resolved);

  const { logger } = ports;
  const server = createServer(
    createRequestListener({ path, healthPath, handler, onRequest, health, logger }),
  );
  server.on("upgrade", (request, socket, head) => {
    if (!inspected(request, { onRequest, logger })) refuseUpgrade(socket, FAILED);
    else if (pathOf(request) === path) upgrade(request, socket, head);
    else refuseUpgrade(socket, ELSEWHERE);
  });
  await listen(server, port, host).catch(async (error: unknown) => {
    await resolved.close(); // Nobody else can: what it closes would keep the process alive.
    throw error;
  });

  const address = { port: portOf(server), url: webSocketUrl(server, path) };
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= drain()
      .then(() => closeServer(server, resolved.drainMs))
      .then(resolved.close)
      .finally(forgetSignals);
    return closed;
  };
  const forgetSignals = signals ? closeOnSignals(close) : () => {};
  return { ...address, hub, connections: () => health().connections, health, close };
}
