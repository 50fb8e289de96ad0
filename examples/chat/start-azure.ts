import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  createEventHandler,
  createTableConnectionStore,
  createTableRoomLog,
  type EventHandler,
} from "@hubbub/azure";
import { defineChat } from "@hubbub/core";
import { createLocalWebPubSub } from "@hubbub/local/azure";
import { chat } from "./chat.ts";
import { forwardUpgrades } from "./forward-upgrade.ts";
import { listen } from "./listen.ts";
import { startLocalAzureTable } from "./local-azure-table.ts";
import type { Options } from "./options.ts";
import { createPageHandler } from "./page-handler.ts";

const HUB = "chat";

/**
 * Runs the chat as on Azure, with every service on this machine: Web PubSub holds the sockets and posts
 * their events to the handler, Table Storage keeps connections and messages. What is stored lives in memory.
 *
 * @param options Where to listen, and whose pages may connect.
 * @throws UsageError if the port is in use.
 */
export async function startAzure({ port, host, origins }: Omit<Options, "as">): Promise<void> {
  const server = createServer(await createPageHandler());
  await listen(server, port, host);
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const allowed = defineChat({ ...chat.definition, origins: [...own, ...origins] });

  const table = await startLocalAzureTable("chat");
  const clock = { now: Date.now, sleep: async (ms: number) => void (await sleep(ms)) };
  const ports = { clock, random: Math.random, id: () => crypto.randomUUID() };

  const upstream: { handler?: EventHandler } = {};
  const handle = async (request: Request) =>
    (await upstream.handler?.(request)) ?? new Response(null, { status: 503 });
  const service = await createLocalWebPubSub({
    hubs: { [HUB]: { eventHandlers: [{ handler: handle }] } },
  });
  upstream.handler = createEventHandler(allowed, {
    hub: HUB,
    connectionString: service.connectionString,
    store: createTableConnectionStore(table, ports),
    log: createTableRoomLog(table, ports),
  });
  // The page knows one address only; each socket gets a token of its own.
  server.on(
    "upgrade",
    forwardUpgrades("/chat", () => service.clientUrl(HUB)),
  );
}
