import { type Clock, UnavailableError } from "@hubbub/core";
import type { Level, Line } from "./chat.ts";
import { detectLevel } from "./detect-level.ts";
import { createLineSplitter, type Part } from "./line-splitter.ts";

/** Where lines go. */
export interface LinePumpOptions {
  /** Publishes a batch; the same `mid` must be stored once. */
  publish: (lines: Line[], mid: string) => Promise<unknown>;
  clock: Clock;
  /** Begins every `mid`; differs from pump to pump. */
  id: string;
  /** The number of the last row that is there already. (Default: 0) */
  last?: number;
  /** JSON bytes of a batch. (Default: 16,384) */
  maxBatchBytes?: number;
  /** Rows of a batch. (Default: 200) */
  maxBatchLines?: number;
  /** How long a row waits for others, in milliseconds. (Default: 50) */
  flushMs?: number;
}

/** Publishes what is written to it. */
export interface LinePump {
  /** Resolves when the next bytes may come: awaiting it holds the input back. Rejects if a batch is refused. */
  write(bytes: Uint8Array): Promise<void>;
  /** Publishes what is left, also a line without a line break; writing may go on. */
  end(): Promise<void>;
}

const RETRY_MS = 1000;
const FRAME_BYTES = 256; // What else is in a message.

/** Creates a pump. Batches leave one after the other; one that the backend can't take is repeated until it can. */
export function createLinePump(options: LinePumpOptions): LinePump {
  const { publish, clock, id, flushMs = 50, maxBatchBytes = 16_384, maxBatchLines = 200 } = options;
  const splitter = createLineSplitter();
  const number = numberRows(options.last ?? 0, clock);
  let batch: Line[] = [];
  let bytes = FRAME_BYTES;
  let batches = 0;
  let published: Promise<void> = Promise.resolve();

  const flush = () => {
    if (!batch.length) return published;
    const lines = batch;
    const mid = `${id}-${++batches}`;
    batch = [];
    bytes = FRAME_BYTES;
    published = published.then(() => persist(() => publish(lines, mid), clock));
    published.catch(() => {}); // The next write tells.
    return published;
  };
  const add = async (parts: Part[]) => {
    for (const part of parts) {
      const line = number(part);
      const size = Buffer.byteLength(JSON.stringify(line)) + 1;
      if (bytes + size > maxBatchBytes || batch.length >= maxBatchLines) await flush();
      if (!batch.length)
        void clock
          .sleep(flushMs)
          .then(flush)
          .catch(() => {});
      batch.push(line);
      bytes += size;
    }
    // At most one batch is on its way while the next one fills.
    await published;
  };
  return {
    write: (chunk) => add(splitter.push(chunk)),
    async end() {
      await add(splitter.end());
      await flush();
    },
  };
}

async function persist(attempt: () => Promise<unknown>, clock: Clock): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      await clock.sleep(RETRY_MS);
    }
  }
}

/** Stack traces and the parts of a long line are as grave as the line that they belong to. */
function numberRows(last: number, clock: Clock): (part: Part) => Line {
  let n = last;
  let level: Level = "none";
  let continues = false;
  return ({ text, more }) => {
    if (!continues) {
      const own = detectLevel(text);
      if (own !== "none" || !/^(?:\s|at |Caused by)/.test(text)) level = own;
    }
    continues = more;
    const line: Line = { n: ++n, level, text, ts: clock.now() };
    return more ? { ...line, more: true } : line;
  };
}
