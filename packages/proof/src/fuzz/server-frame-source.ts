import type { ServerFrame } from "@hubbub/core";
import type { Dice } from "./dice.ts";
import type { FrameSource } from "./generate-message.ts";

/** What good frames of a server refer to. */
export interface ClientPlace {
  readonly rooms: readonly string[];
  epoch: string;
  /** About where the client is. */
  seq: number;
  /** Ids and mids that the client waits for. */
  readonly ids: readonly string[];
  readonly mids: readonly string[];
}

const CODES = [
  "forbidden",
  "not_joined",
  "hello_required",
  "unavailable",
  "internal",
  "bad_data",
] as const;

/** Makes good frames of every type that a server sends, answers to what the client has asked among them. */
export function createServerFrameSource(place: ClientPlace): FrameSource {
  const frame = (dice: Dice): ServerFrame => {
    const { pick, int, chance, random } = dice;
    const epoch = chance(0.95) ? place.epoch : "other";
    const room = pick(place.rooms);
    const id = place.ids.length > 0 && chance(0.7) ? pick(place.ids) : undefined;
    const mid = place.mids.length > 0 ? pick(place.mids) : `m${int(1e6)}`;
    const from = { id: pick(["ann", "bob"]), name: "B" };
    const head = place.seq + int(5);
    const log = { room, epoch, oldest: Math.max(1, head - 100), head };
    const entry = (seq: number) => ({
      seq,
      mid: chance(0.9) ? `b${int(1e6)}` : mid,
      from,
      event: "say",
      data: { text: "hi" },
      ts: 1,
    });
    const messages = Array.from({ length: int(4) }, (_, at) => entry(place.seq + at));
    const more = chance(0.3);
    const makers: readonly (() => ServerFrame)[] = [
      () => ({ type: "welcome", user: from, heartbeatMs: 25_000, maxBytes: 32_768, ts: 1 }),
      () => ({ type: "joined", id, ...log, recovered: chance(0.5), messages, more }),
      () => ({ type: "message", room, epoch, ...entry(head) }),
      () => ({ type: "message", room, epoch, ...entry(++place.seq) }),
      () => ({ type: "ack", mid, room, epoch, seq: head, ts: 1, dup: chance(0.5) }),
      () => ({ type: "ack", mid, room, reply: { ok: true } }),
      () => ({ type: "ack", id, room }),
      () => ({ type: "signal", room, from, event: "typing", data: { on: true } }),
      () => ({ type: "presence", id, room, online: 1, members: [from], version: `v${int(9)}` }),
      () => ({ type: "history", id, ...log, messages, more }),
      () => ({ type: "reset", id, mid: chance(0.5) ? mid : undefined, ...log }),
      () => ({ type: "error", code: pick(CODES), message: "m", retryable: chance(0.5), id, room }),
      () => ({ type: "pong", ts: 1, rooms: [{ joined: true, online: 1, version: "v", ...log }] }),
    ];
    if (random() < 0.002)
      return { type: "bye", code: 1012, reason: "r", reconnect: true, afterMs: 9 };
    if (random() < 0.001) return { type: "error", code: "kicked", message: "m", retryable: false };
    return pick(makers)();
  };
  return (dice) => ({ ...frame(dice) });
}
