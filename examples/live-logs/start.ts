import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, defineChat } from "@hubbub/core";
import { createMemoryRoomLog } from "@hubbub/core/memory";
import { type ChatServer, type ServeOptions, serve } from "@hubbub/node";
import { createPageHandler } from "../chat/page-handler.ts";
import { chat } from "./chat.ts";
import { followFile } from "./follow-file.ts";
import type { LinePump } from "./line-pump.ts";
import { openSource } from "./log-source.ts";
import type { Options } from "./options.ts";

/** A running viewer. */
export interface LiveLogs {
  readonly server: ChatServer<typeof chat.definition.events>;
  /** Rejects when an input can't be read or published any more. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

const KEPT_ENTRIES = 100_000; // At least one line each.
const POLL_MS = 200;
const clock: Clock = { now: Date.now, sleep: (ms) => sleep(ms) };

/**
 * Serves the page and pumps the inputs; logs live in this process's memory.
 *
 * @param options Where to listen and which files to follow.
 * @param stdin What is piped in; undefined if nothing is.
 * @param more Further options of the server.
 */
export async function startLiveLogs(
  { port, host, files, stdin: stdinName }: Options,
  stdin?: AsyncIterable<Uint8Array>,
  more: ServeOptions = {},
): Promise<LiveLogs> {
  const origins = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const log = createMemoryRoomLog({
    clock,
    random: Math.random,
    id: randomUUID,
    retention: { maxEntries: KEPT_ENTRIES },
  });
  const server = await serve(defineChat({ ...chat.definition, origins }), {
    log,
    ...more,
    port,
    host,
    path: "/logs",
    handler: await createPageHandler(new URL("page/", import.meta.url)),
  });
  const ends = new AbortController();
  const open = (name: string) =>
    openSource(server.hub, name, { clock, id: randomUUID().slice(0, 13) });
  const work: Promise<void>[] = files.map(async ({ source, path }) => {
    const pump = await open(source);
    await follow(path, pump, ends.signal);
  });
  if (stdin) work.push(open(stdinName).then((pump) => pumpAll(stdin, pump)));
  const ended = Promise.all(work);
  ended.catch(() => {}); // Whoever cares awaits it.
  return {
    server,
    ended,
    async close() {
      ends.abort();
      await server.close();
    },
  };
}

async function pumpAll(input: AsyncIterable<Uint8Array>, pump: LinePump): Promise<void> {
  for await (const bytes of input) await pump.write(bytes);
  await pump.end();
}

async function follow(path: string, pump: LinePump, signal: AbortSignal): Promise<void> {
  try {
    await followFile(path, {
      wait: () => sleep(POLL_MS, undefined, { signal }),
      write: pump.write,
      ended: pump.end,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
