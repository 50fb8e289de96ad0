import type { ServerFrame } from "@hubbub/core";
import type { SentFrame } from "./fake-socket.ts";

/** Answers a client's frame as a server would whose log ends at `head`; undefined where nothing is answered. */
export function answerClient(
  frame: SentFrame,
  { epoch, head }: { epoch: string; head: number },
): ServerFrame | undefined {
  const { type } = frame;
  const id = frame.id as string | undefined;
  const mid = String(frame.mid);
  const room = String(frame.room);
  const log = { room, epoch, oldest: 1, head };
  if (type === "hello") {
    return { type: "welcome", user: { id: "ann" }, heartbeatMs: 25_000, maxBytes: 32_768, ts: 1 };
  }
  if (type === "join") {
    const recovered = frame.epoch === undefined ? undefined : frame.epoch === epoch;
    return { type: "joined", id, ...log, recovered, messages: [], more: false };
  }
  if (type === "history") return { type: "history", id, ...log, messages: [], more: false };
  if (type === "who") return { type: "presence", id, room, online: 1, version: "v" };
  if (type === "ping") return { type: "pong", id, ts: 1, rooms: [] };
  if (type === "leave") return { type: "ack", id, room };
  if (type !== "publish") return undefined;
  if (frame.event === "rename") return { type: "ack", mid, room, reply: null };
  return { type: "ack", mid, room, epoch, seq: head, ts: 1, dup: true };
}
