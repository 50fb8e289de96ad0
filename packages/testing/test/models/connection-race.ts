import type { Connection, ConnectionStore } from "@hubbub/core";
import fc from "fast-check";
import {
  type ConnectionModel,
  closeRow,
  comparable,
  connectionOf,
  createConnectionModel,
  idsIn,
  idsOf,
  joinRow,
  leaveRow,
  liveRow,
  openRow,
  touchRow,
} from "./connection-model.ts";

/** Does a piece of work at a moment that the test chooses. A store calls it around every request to its backend. */
export type Schedule = <T>(label: string, work: () => T | Promise<T>) => Promise<T>;

/** Creates stores on one empty backend whose requests are scheduled. */
export type CreateRacingStores = (schedule: Schedule) => {
  readonly stores: readonly ConnectionStore[];
  readonly now: () => number;
};

/** An operation on the one connection that is raced for. */
type Operation =
  | { readonly type: "open"; readonly userId: string; readonly leaseMs: number }
  | { readonly type: "join" | "leave"; readonly room: string }
  | { readonly type: "touch"; readonly ms: number }
  | { readonly type: "close" };

const ID = "c";
const ROOMS = ["a", "b"];
const USERS = ["ann", "bob"];

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant("open" as const),
    userId: fc.constantFrom(...USERS),
    leaseMs: fc.constantFrom(60_000, 120_000),
  }),
  fc.record({
    type: fc.constantFrom("join" as const, "leave" as const),
    room: fc.constantFrom(...ROOMS),
  }),
  fc.record({ type: fc.constant("touch" as const), ms: fc.constantFrom(30_000, 180_000) }),
  fc.record({ type: fc.constant("close" as const) }),
);

/** What happens at once to one id, after something that happened before. */
export const race: fc.Arbitrary<{ before: Operation[]; atOnce: Operation[] }> = fc.record({
  before: fc.array(operation, { maxLength: 3 }),
  atOnce: fc.array(operation, { minLength: 2, maxLength: 4 }),
});

function connectionFor(now: number, userId: string, leaseMs: number): Connection {
  const times = { connectedAt: now, expiresAt: now + leaseMs };
  return { connectionId: ID, user: { userId }, protocol: "hubbub.v1", rooms: [], ...times };
}

async function perform(
  store: ConnectionStore,
  now: number,
  operation: Operation,
): Promise<unknown> {
  if (operation.type === "join") return store.join(ID, operation.room);
  if (operation.type === "leave") return store.leave(ID, operation.room);
  if (operation.type === "touch") return store.touch(ID, now + operation.ms);
  if (operation.type === "open") {
    return store.open(connectionFor(now, operation.userId, operation.leaseMs));
  }
  const removed = await store.close(ID);
  return removed && comparable(removed);
}

function expected(model: ConnectionModel, operation: Operation): unknown {
  if (operation.type === "join") return joinRow(model, ID, operation.room);
  if (operation.type === "leave") return leaveRow(model, ID, operation.room);
  if (operation.type === "touch") return touchRow(model, ID, model.now + operation.ms);
  if (operation.type === "open") {
    return openRow(model, connectionFor(model.now, operation.userId, operation.leaseMs));
  }
  const row = closeRow(model, ID, Number.POSITIVE_INFINITY);
  return row && comparable(connectionOf(row));
}

async function observe(store: ConnectionStore): Promise<unknown> {
  const found = await store.get(ID);
  const rooms = await Promise.all(
    ROOMS.map(async (room) => {
      const { members } = await store.members(room, { limit: 5 });
      return [await store.count(room), members.map(({ connectionId }) => connectionId)];
    }),
  );
  const users = await Promise.all(USERS.map((user) => store.connectionsOf(user)));
  return { found: found && comparable(found), rooms, users };
}

function expectedState(model: ConnectionModel): unknown {
  const row = liveRow(model, ID);
  return {
    found: row && comparable(connectionOf(row)),
    rooms: ROOMS.map((room) => [idsIn(model, room).length, idsIn(model, room)]),
    users: USERS.map((user) => idsOf(model, user)),
  };
}

function* ordersOf<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [at, item] of items.entries()) {
    for (const rest of ordersOf(items.toSpliced(at, 1))) yield [item, ...rest];
  }
}

/** Answers and end state of one order. */
function outcomeOf(
  now: number,
  before: Operation[],
  order: readonly [Operation, number][],
): string {
  const model = createConnectionModel(now);
  for (const operation of before) expected(model, operation);
  const answers: unknown[] = [];
  for (const [operation, at] of order) answers[at] = expected(model, operation);
  return fc.stringify([answers, expectedState(model)]);
}

/** Runs a race; answers whether the answers and the end are those of one order of what was done. */
export async function isLinear(
  create: CreateRacingStores,
  { before, atOnce }: { before: Operation[]; atOnce: Operation[] },
  scheduler: fc.Scheduler,
): Promise<boolean> {
  let racing = false;
  const { stores, now } = create(async (label, work) => {
    if (!racing) return work();
    await scheduler.schedule(Promise.resolve(), label);
    return work();
  });
  const at = (index: number) => stores[index % stores.length] as ConnectionStore;
  for (const operation of before) await perform(at(0), now(), operation);
  racing = true;
  const work = Promise.all(atOnce.map((one, index) => perform(at(index), now(), one)));
  const answers = await scheduler.waitFor(work);
  racing = false;
  const outcome = fc.stringify([answers, await observe(at(1))]);
  const indexed = atOnce.map((one, index): [Operation, number] => [one, index]);
  for (const order of ordersOf(indexed)) {
    if (outcomeOf(now(), before, order) === outcome) return true;
  }
  return false;
}
