import { once } from "node:events";
import type { Server } from "node:http";
import { UsageError } from "./options.ts";

/**
 * Listens, before anything else is started.
 *
 * @throws UsageError if the port is in use.
 */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`cannot listen on port ${port}: ${reason}`, { cause });
  }
}
