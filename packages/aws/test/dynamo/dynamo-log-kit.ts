import type { AppendPosition, AppendResult, LogPage, LogState, RoomLog } from "@hubbub/core";
import { expect } from "vitest";
import type { DynamoRig } from "./dynamo-rig.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS: number = 60 * MINUTE_MS;
export const DAY_MS: number = 24 * HOUR_MS;
/** The partition of the log that the tests write to. */
export const LOG = "L#lobby";

/** The position at a log's head. */
export const at = ({ epoch, head }: LogState): AppendPosition => ({ epoch, after: head });

/** Appends a short message that is as old as the clock says. */
export function append(
  { clock }: DynamoRig,
  log: RoomLog,
  mid: string,
  position?: AppendPosition,
): Promise<AppendResult> {
  const entry = { mid, event: "say", data: mid, ts: clock.now(), digest: mid };
  return log.append("lobby", entry, position);
}

/** What a reader without a position gets; who is told that entries are gone asks again behind them. */
export async function readAll(rig: DynamoRig): Promise<LogPage> {
  const log = rig.log();
  let after = 0;
  let page = await log.read("lobby", { after, limit: 10_000 });
  if (page.entries.length === 0 && page.oldest > 1) {
    after = page.oldest - 1;
    page = await log.read("lobby", { after, limit: 10_000 });
  }
  const seqs = page.entries.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => after + 1 + index));
  if (seqs.length > 0) expect(seqs.at(-1)).toBe(page.head);
  return page;
}
