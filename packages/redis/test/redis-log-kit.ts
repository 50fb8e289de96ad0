import type { AppendPosition, AppendResult, RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import type { RedisRig } from "./redis-rig.ts";

/** An entry that looks like one, whatever it is. */
export const entry = { mid: "m3", event: "say", data: 1, ts: 1, digest: "d" };

/** The fields of a row of a stream whose entry is this. */
export const row = (e: unknown): string[] => [
  ...["k", "x", "d", "d", "t", "1", "e", JSON.stringify(e)],
];

/** Appends a message to "lobby". */
export function append(
  rig: RedisRig,
  mid: string,
  position?: AppendPosition,
  log: RoomLog = rig.log(),
): Promise<AppendResult> {
  const fixed = { event: "say", data: mid, digest: `digest of ${mid}` };
  return log.append("lobby", { mid, ts: rig.clock.now(), ...fixed }, position);
}

/** Appends so many entries, and answers the log's epoch. */
export async function fill(rig: RedisRig, count: number): Promise<string> {
  for (let seq = 1; seq <= count; seq++) await append(rig, `m${seq}`);
  return (await rig.log().head("lobby")).epoch;
}

/** The mids of a page, whose seqs are contiguous. */
export async function mids(
  rig: RedisRig,
  after: number = 0,
  limit: number = 99,
): Promise<string[]> {
  const { entries } = await rig.log().read("lobby", { after, limit });
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => after + 1 + index));
  return entries.map(({ mid }) => mid);
}

/** The rows of the stream. */
export async function rows(rig: RedisRig): Promise<[id: string, fields: string[]][]> {
  return (await rig.call("XRANGE", rig.logKey("entries"), "-", "+")) as [string, string[]][];
}

/** Puts another row in the place of a slot, or none; a stream takes rows at its end only. */
export async function setSlot(
  rig: RedisRig,
  seq: number,
  fields: readonly string[] | undefined,
): Promise<void> {
  const key = rig.logKey("entries");
  const found = await rows(rig);
  await rig.call("DEL", key);
  for (const [id, old] of found) {
    const now = id === `${seq}-0` ? fields : old;
    if (now) await rig.call("XADD", key, id, ...now);
  }
}
