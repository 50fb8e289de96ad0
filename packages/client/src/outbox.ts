import { copyJson } from "./context.ts";
import { type Draft, publishDraft } from "./delivery.ts";
import { HubbubClientError } from "./errors.ts";
import type { Entry } from "./frames.ts";
import { randomId } from "./ports.ts";
import { type RoomCore, toAck } from "./room-core.ts";
import type { PublishAck, PublishOptions } from "./room-types.ts";

/** The publishes of one room: sent one by one, each until the server decides. */
export interface Outbox {
  publish(event: string, data: unknown, options?: PublishOptions): Promise<PublishAck>;
  /** Takes a copy of an own message as the ack, if it is one that waits for it. */
  settle(epoch: string, entry: Entry): void;
}

interface Item extends Draft {
  state: "waiting" | "sending";
}

/**
 * Creates an empty outbox.
 *
 * @param r The room.
 * @returns The outbox.
 */
export function createOutbox(r: RoomCore): Outbox {
  const { context, events } = r;
  const items = new Map<Item, (ack: PublishAck) => void>();
  let turn: Promise<unknown> = Promise.resolve();
  const tell = () =>
    events.emit(
      "pending",
      [...items.keys()].map((item) => ({ ...item })),
    );
  return {
    async publish(event, data, { mid = randomId(context.random) } = {}) {
      const item: Item = { mid, event, data: copyJson(data), state: "waiting" };
      if (!/^[\w-]{1,64}$/.test(mid) || !event || event.length > 64) {
        throw new HubbubClientError("invalid_argument", "wrong mid or event");
      }
      if (context.pending >= context.maxPending) throw new HubbubClientError("too_many_pending");
      context.pending++;
      const settled = new Promise<PublishAck>((resolve) => items.set(item, resolve));
      const begin = () => {
        if (!items.has(item)) return false;
        item.state = "sending";
        tell();
        return true;
      };
      const sent = turn.then(() => publishDraft(r, item, begin));
      const ack = Promise.race([sent, settled]).finally(() => {
        context.pending--;
        items.delete(item);
        tell();
      });
      turn = ack.catch(() => {});
      tell();
      return ack;
    },
    settle(epoch, entry) {
      for (const [item, resolve] of items) {
        // Out at once: the join that brought it would send it again.
        if (item.mid === entry.mid && items.delete(item)) resolve(toAck(epoch, entry, true));
      }
    },
  };
}
