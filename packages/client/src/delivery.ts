import { toError } from "./context.ts";
import { HubbubClientError } from "./errors.ts";
import type { AckFrame, ClientFrame, ErrorFrame, HistoryFrame, ResetFrame } from "./frames.ts";
import type { Position } from "./message-types.ts";
import { isOwn, type RoomCore, toAck } from "./room-core.ts";
import type { PublishAck } from "./room-types.ts";

/** A message to publish. */
export interface Draft {
  readonly mid: string;
  readonly event: string;
  readonly data: unknown;
}

/**
 * Publishes one message, until the server decides.
 *
 * @param r The room.
 * @param draft The message.
 * @param begin Called before every try; false if it is settled already.
 * @returns The ack.
 */
export async function publishDraft(
  r: RoomCore,
  { mid, event, data }: Draft,
  begin: () => boolean,
): Promise<PublishAck> {
  let at: Partial<Position> | undefined;
  let reading = false; // The log, for an earlier try.
  const build = (): ClientFrame | undefined => {
    if (!begin()) return;
    // What the server needs to look for an earlier try: fixed by the first one.
    at ??= { ...r.position };
    const { epoch, seq: after } = at;
    if (reading) return { type: "history", epoch, after, limit: 256 };
    return { type: "publish", event, data, mid, epoch, after };
  };
  const search = ({ epoch, messages, more }: HistoryFrame) => {
    const after = (at as Position).seq;
    const page = messages.filter(({ seq }, index) => seq === after + 1 + index);
    const found = page.find((entry) => entry.mid === mid && isOwn(r, entry));
    at = { epoch, seq: after + page.length };
    reading = more && page.length > 0;
    return found && toAck(epoch, found, true);
  };
  const move = ({ epoch, oldest, head }: ResetFrame) => {
    const old = at as Position;
    if (old.epoch !== epoch) {
      // Without a position nothing was stored; in a new log, an earlier try may lie anywhere.
      at = { epoch, seq: old.epoch ? oldest - 1 : head };
      reading = false;
    } else {
      // Maybe a late answer to a try with another position. The answer to a read is none: it has an id.
      const good = oldest <= old.seq + 1 && old.seq <= head;
      if (reading || (r.foreign && !good)) throw new HubbubClientError("undecided");
      reading = !r.foreign;
    }
  };
  const consider = (error: ErrorFrame) => {
    if (error.code !== "sync_required") throw toError(error);
    if (r.foreign) throw new HubbubClientError("undecided"); // It can't be read.
    reading = true;
  };
  for (;;) {
    const answer = await r.call(build);
    if (!answer) return new Promise(() => {}); // It was settled otherwise.
    if (answer.type === "ack") return onAck(r, { mid, event, data }, answer);
    const found = answer.type === "history" && search(answer);
    if (found) return found;
    if (answer.type === "reset") move(answer);
    if (answer.type === "error") consider(answer);
  }
}

function onAck(r: RoomCore, draft: Draft, frame: AckFrame): PublishAck {
  const { epoch, seq, ts, dup, data = draft.data } = frame as Required<AckFrame>;
  const entry = { ...draft, seq, from: r.context.user, data, ts };
  if (r.foreign) r.moveTo({ epoch, seq });
  else r.insert(epoch, entry);
  return toAck(epoch, entry, dup);
}
