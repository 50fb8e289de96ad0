import type { LogState, RoomLog } from "@hubbub/core";

/** A log that only counts: what is measured over it is the handler, and no database. */
export function createCountingLog(): RoomLog {
  const heads = new Map<string, number>();
  const stateOf = (room: string): LogState => {
    const head = heads.get(room) ?? 0;
    return { epoch: "epoch", oldest: head + 1, head };
  };
  return {
    async append(room) {
      const seq = (heads.get(room) ?? 0) + 1;
      heads.set(room, seq);
      return { status: "appended", seq, ...stateOf(room) };
    },
    read: async (room) => ({ ...stateOf(room), entries: [] }),
    head: async (room) => stateOf(room),
  };
}
