import type { ClientFrame } from "@hubbub/core";
import type { Dice } from "./dice.ts";
import type { FrameSource } from "./generate-message.ts";

/** What good frames of clients refer to. */
export interface LogPlace {
  epoch: string;
  head: number;
}

const ROOMS = [
  "lobby",
  "lobby",
  "lobby",
  "attic",
  "vault",
  "@joe",
  "@witness",
  "\u00e9t\u00e9",
  "new",
];
const NAMES = ["joe", "wes", "nobody"];

/** Makes good frames of every type that a client sends, with positions that are right or nearly so. */
export function createClientFrameSource(place: () => LogPlace): FrameSource {
  let mids = 0;
  const frame = (dice: Dice): ClientFrame => {
    const { epoch, head } = place();
    const { int, pick, chance } = dice;
    const room = pick(ROOMS);
    const id = chance(0.5) ? `i${int(100)}` : undefined;
    const seq = Math.max(0, head - int(4));
    const at = chance(0.6) ? { epoch, seq } : {};
    const after = chance(0.9) ? { epoch, after: head } : { epoch: "other", after: seq };
    const mid = chance(0.9) ? `m${++mids}` : `m${int(mids + 1)}`;
    const makers: readonly (() => ClientFrame)[] = [
      () => ({ type: "hello", token: pick(NAMES), session: `session-${int(9)}-0123456789` }),
      () => ({ type: "join", id, room, ...at, last: int(101) }),
      () => ({ type: "leave", id, room }),
      () => ({ type: "publish", room, event: "say", data: { text: pick(TEXTS) }, mid, ...after }),
      () => ({ type: "publish", room, event: "any", data: { a: [1, { b: "c" }] }, mid, ...after }),
      () => ({ type: "publish", room, event: pick(["echo", "rename"]), data: { title: "t" }, mid }),
      () => ({ type: "signal", id, room, event: "typing", data: { on: true } }),
      () => ({ type: "signal", id, room, event: "wave", data: [1, null, "x"] }),
      () => ({ type: "history", id, room, epoch, after: seq, limit: int(257) }),
      () => ({ type: "history", id, room, before: seq, limit: int(257) }),
      () => ({ type: "who", id, room }),
      () => ({ type: "ping", id, rooms: [{ room, epoch, seq, presence: pick(["", "v"]) }] }),
    ];
    return pick(makers)();
  };
  return (dice) => ({ ...frame(dice) });
}

const TEXTS = ["hello", "veto", "trim", "\ud83e\udd8a", "e\u0301", ""];
