import type { ConnectionStore, Pusher, PusherGroups } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import type { World } from "./world.ts";

type Method<A extends unknown[], R> = (...args: A) => Promise<R>;

/** Puts faults around a call to the outside, which is named like `store.join`; some can fail themselves. */
export type Guard = <A extends unknown[], R>(
  point: string,
  call: Method<A, R>,
  mayFail: boolean,
) => Method<A, R>;

/** A store whose calls can all go wrong. */
export function guardStore(store: ConnectionStore, guard: Guard): ConnectionStore {
  return {
    open: guard("store.open", store.open, true),
    get: guard("store.get", store.get, true),
    close: guard("store.close", store.close, true),
    join: guard("store.join", store.join, true),
    leave: guard("store.leave", store.leave, true),
    touch: guard("store.touch", store.touch, true),
    members: guard("store.members", store.members, true),
    connectionsOf: guard("store.connectionsOf", store.connectionsOf, true),
    count: guard("store.count", store.count, true),
  };
}

/** Slots whose calls can all go wrong, and whose listings may be stale. */
export function guardSlots(
  { strikesAt, random }: World,
  slots: SlotStore,
  guard: Guard,
): SlotStore {
  const { trim = async () => {} } = slots;
  return {
    state: guard("slots.state", slots.state, true),
    put: guard("slots.put", slots.put, true),
    read: guard(
      "slots.read",
      async (...range: Parameters<SlotStore["read"]>) => {
        const found = await slots.read(...range);
        if (found.length === 0 || !strikesAt("slots.read", "storeStale")) return found;
        return found.toSpliced(Math.floor(random() * found.length), 1);
      },
      true,
    ),
    trim: guard("slots.trim", trim, true),
  };
}

/** A pusher whose calls can all go wrong; single pushes fail by themselves. */
export function guardPusher(pusher: Pusher, guard: Guard): Pusher {
  const { groups } = pusher;
  const guarded = {
    send: guard("pusher.send", pusher.send, false),
    close: guard("pusher.close", pusher.close, false),
  };
  if (!groups) return guarded;
  const guardedGroups: PusherGroups = {
    join: guard("groups.join", groups.join, true),
    leave: guard("groups.leave", groups.leave, true),
    broadcast: guard("groups.broadcast", groups.broadcast, true),
  };
  return { ...guarded, groups: guardedGroups };
}
