import type { ConnectionStore, Pusher, PusherGroups } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import type { FaultName } from "./fault-rates.ts";
import type { World } from "./world.ts";

type Method<A extends unknown[], R> = (...args: A) => Promise<R>;

/** What can become of a call, beside that its process ends. */
export interface GuardOptions<R> {
  /** Whether it can fail by itself. */
  readonly mayFail: boolean;
  /** Makes the answer wrong, if a fault strikes. */
  readonly spoil?: (answer: R, strikes: (fault: FaultName) => boolean) => R;
}

/** Puts faults around a call to the outside, which is named like `store.join`. */
export type Guard = <A extends unknown[], R>(
  point: string,
  call: Method<A, R>,
  options: GuardOptions<R>,
) => Method<A, R>;

const CAN_FAIL = { mayFail: true };

/** A store whose calls can all go wrong. */
export function guardStore(store: ConnectionStore, guard: Guard): ConnectionStore {
  return {
    open: guard("store.open", store.open, CAN_FAIL),
    get: guard("store.get", store.get, CAN_FAIL),
    close: guard("store.close", store.close, CAN_FAIL),
    join: guard("store.join", store.join, CAN_FAIL),
    leave: guard("store.leave", store.leave, CAN_FAIL),
    touch: guard("store.touch", store.touch, CAN_FAIL),
    members: guard("store.members", store.members, CAN_FAIL),
    connectionsOf: guard("store.connectionsOf", store.connectionsOf, CAN_FAIL),
    count: guard("store.count", store.count, CAN_FAIL),
  };
}

/** Slots whose calls can all go wrong, and whose listings may be stale. */
export function guardSlots({ random }: World, slots: SlotStore, guard: Guard): SlotStore {
  const { trim = async () => {} } = slots;
  return {
    state: guard("slots.state", slots.state, CAN_FAIL),
    put: guard("slots.put", slots.put, CAN_FAIL),
    read: guard("slots.read", slots.read, {
      mayFail: true,
      spoil: (found, strikes) =>
        found.length === 0 || !strikes("storeStale")
          ? found
          : found.toSpliced(Math.floor(random() * found.length), 1),
    }),
    trim: guard("slots.trim", trim, CAN_FAIL),
  };
}

/** A pusher whose calls can all go wrong; single pushes fail by themselves. */
export function guardPusher(pusher: Pusher, guard: Guard): Pusher {
  const { groups } = pusher;
  const guarded = {
    send: guard("pusher.send", pusher.send, { mayFail: false }),
    close: guard("pusher.close", pusher.close, { mayFail: false }),
  };
  if (!groups) return guarded;
  const guardedGroups: PusherGroups = {
    join: guard("groups.join", groups.join, CAN_FAIL),
    leave: guard("groups.leave", groups.leave, CAN_FAIL),
    broadcast: guard("groups.broadcast", groups.broadcast, CAN_FAIL),
  };
  return { ...guarded, groups: guardedGroups };
}
