import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import { createLocalWebFunction } from "@hubbub/local/tencent";
import { forwardUpgrades } from "./forward-upgrade.ts";
import { type Options, UsageError } from "./options.ts";
import { createPageHandler } from "./page-handler.ts";

/**
 * Runs the chat as an SCF Web Function on this machine: one instance, in a process of its own, serves up to
 * 100 connections. Rooms live in its memory.
 *
 * @param options Where to listen, and whose pages may connect.
 * @throws UsageError if the port is in use.
 */
export async function startTencentWebFunction(options: Omit<Options, "as">): Promise<void> {
  const { port, host, origins } = options;
  const server = createServer(await createPageHandler());
  await listen(server, port, host);
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const fn = await createLocalWebFunction({
    server: {
      command: [process.execPath, "--import", "tsx", "web-function.ts"],
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      env: { ORIGINS: [...own, ...origins].join(" ") },
    },
    // Without a shared store and log, another instance would be another chat.
    ...{ maxConcurrency: 100, maxInstances: 1, idleTimeoutMs: 60_000 },
  });
  server.on("upgrade", forwardUpgrades("/chat", `${fn.url}/chat`));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
      for (const { id } of fn.instances()) void fn.stopInstance(id).then(fn.close);
      if (fn.instances().length === 0) void fn.close();
    });
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`cannot listen on port ${port}: ${reason}`, { cause });
  }
}
