import type { FanOutJob } from "@hubbub/core";

/** Writes a job as the body of a queue's message. It holds ids and a position, no text of anybody. */
export function encodeFanOutJob({ room, epoch, seq, cursor, except }: FanOutJob): string {
  return JSON.stringify({ room, epoch, seq, cursor, except });
}

/** Reads the body of a queue's message; undefined if it is no job. */
export function readFanOutJob(body: unknown): FanOutJob | undefined {
  const job = parse(body);
  if (typeof job !== "object" || job === null) return undefined;
  const { room, epoch, seq, cursor, except }: Record<string, unknown> = { ...job };
  if (typeof room !== "string" || typeof epoch !== "string") return undefined;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return undefined;
  if (cursor !== undefined && typeof cursor !== "string") return undefined;
  if (except !== undefined && typeof except !== "string") return undefined;
  return { room, epoch, seq, cursor, except };
}

function parse(body: unknown): unknown {
  try {
    return typeof body === "string" ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}
