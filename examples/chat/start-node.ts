import { defineChat } from "@hubbub/core";
import { type ChatServer, type ServeOptions, serve } from "@hubbub/node";
import { chat } from "./chat.ts";
import type { Options } from "./options.ts";
import { createPageHandler } from "./page-handler.ts";

/**
 * Runs the chat and its page in this process; rooms live in its memory.
 *
 * @param options Where to listen, and whose pages may connect.
 * @param more Further options of the server.
 * @returns The server, listening.
 */
export async function startNode(
  { port, host, origins }: Omit<Options, "as">,
  more: ServeOptions = {},
): Promise<ChatServer<typeof chat.definition.events>> {
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  return serve(defineChat({ ...chat.definition, origins: [...own, ...origins] }), {
    ...more,
    port,
    host,
    path: "/chat",
    handler: await createPageHandler(),
  });
}
