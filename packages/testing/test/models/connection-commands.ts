import type { Connection, ConnectionStore } from "@hubbub/core";
import fc from "fast-check";
import { expect } from "vitest";
import {
  type ConnectionModel,
  closeRow,
  comparable,
  connectionOf,
  idsIn,
  isClosed,
  joinRow,
  leaveRow,
  liveRow,
  memberOf,
  openRow,
  passTime,
  touchRow,
  type Walk,
} from "./connection-model.ts";
import { expectSame } from "./connection-observation.ts";

/** A store under test. */
export interface ConnectionSubject {
  /** Stores on one backend, as several invocations have them; at least one. */
  readonly stores: readonly ConnectionStore[];
  readonly now: () => number;
  readonly advance: (ms: number) => void | Promise<void>;
  /** How long a closed id is remembered at least. */
  readonly tombstoneMs: number;
}

/** A step of a model test. */
export type ConnectionCommand = fc.AsyncCommand<ConnectionModel, ConnectionSubject>;

/** A step that uses one of the stores. */
type Step = (
  model: ConnectionModel,
  store: ConnectionStore,
  real: ConnectionSubject,
) => Promise<void>;

const HOUR_MS = 3_600_000;
/** Ids that a careless key makes one, or that JavaScript knows already. */
const IDS: readonly string[] = ["a", "b", "a/b", "", "__proto__", "\ud83e", "\ufffd"];
const ROOMS: readonly string[] = ["a", "b/a", "a/b"];
const USERS: readonly string[] = ["a", "a/b", "constructor"];

const id = fc.constantFrom(...IDS);
const room = fc.constantFrom(...ROOMS);
const limit = fc.integer({ min: 1, max: 3 });

const connection = fc.record({
  connectionId: id,
  user: fc.record(
    { userId: fc.constantFrom(...USERS), name: fc.constantFrom("Ann", ""), extra: fc.json() },
    { requiredKeys: ["userId"] },
  ),
  protocol: fc.constantFrom("hubbub.v1" as const, "plain" as const),
  leaseMs: fc.constantFrom(1, 1_000, 60_000, 2 * HOUR_MS),
  authMs: fc.option(fc.constantFrom(1_000, HOUR_MS), { nil: undefined }),
});

/** A step that changes something, after which everything is looked at. */
function step<T>(name: string, input: fc.Arbitrary<T>, run: (input: T) => Step) {
  return fc.tuple(input, fc.nat(7)).map(([value, turn]): ConnectionCommand => {
    const work = run(value);
    return {
      check: () => true,
      async run(model, real) {
        const stores = real.stores.map((_, at) => real.stores[(at + turn) % real.stores.length]);
        const [store, reader = store] = stores;
        if (!store || !reader) throw new Error("a subject has at least one store");
        await work(model, store, real);
        await expectSame(model, reader, {
          rooms: ROOMS,
          ids: IDS,
          users: USERS,
          limit: 1 + (turn % 3),
        });
      },
      toString: () => `${name}(${fc.stringify(value)}) on ${turn}`,
    };
  });
}

const open = step("open", connection, ({ leaseMs, authMs, ...given }) => async (model, store) => {
  const { now } = model;
  const authExpiresAt = authMs === undefined ? undefined : now + authMs;
  const row: Connection = {
    ...given,
    rooms: [],
    connectedAt: now,
    expiresAt: now + leaseMs,
    authExpiresAt,
  };
  const opened = await store.open(row);
  const { connectionId } = given;
  if (isClosed(model, connectionId)) expect(opened).toBe(false);
  // A store may remember longer than it must; but what it never closed it opens.
  else if (!model.closed.has(connectionId)) expect(opened).toBe(true);
  if (opened) openRow(model, row);
});

const close = step("close", id, (which) => async (model, store, { tombstoneMs }) => {
  const answer = await store.close(which);
  const row = closeRow(model, which, tombstoneMs);
  if (!row) return expect(answer).toBeUndefined();
  if (!answer) throw new Error("close answers what it removes");
  const rooms = answer.rooms.filter((name) => !row.loose.has(name));
  expect(comparable({ ...answer, rooms })).toEqual(comparable(connectionOf(row)));
});

const join = step("join", fc.tuple(id, room), ([which, where]) => async (model, store) => {
  expect(await store.join(which, where)).toBe(joinRow(model, which, where));
});

const leave = step("leave", fc.tuple(id, room), ([which, where]) => async (model, store) => {
  expect(await store.leave(which, where)).toBe(leaveRow(model, which, where));
});

const touch = step(
  "touch",
  fc.tuple(id, fc.constantFrom(-1_000, 1, 1_000, 2 * 60_000)),
  ([which, ms]) =>
    async (model, store) => {
      const until = model.now + ms;
      expect(await store.touch(which, until)).toBe(touchRow(model, which, until));
    },
);

const advance = step(
  "advance",
  fc.constantFrom(1, 999, 1_000, 30_000, 60_000, HOUR_MS, 23 * HOUR_MS),
  (ms) => async (model, _, real) => {
    await real.advance(ms);
    passTime(model, ms);
    expect(real.now()).toBe(model.now);
  },
);

const beginWalk = step("walk", fc.tuple(room, limit), ([where, size]) => async (model) => {
  const throughout = new Set(idsIn(model, where));
  model.walks.push({
    room: where,
    limit: size,
    cursor: undefined,
    done: false,
    throughout,
    seen: [],
  });
});

const nextPage = step("page", fc.nat(5), (which) => async (model, store) => {
  const walk = model.walks.filter(({ done }) => !done)[which % 3];
  if (walk) await readPage(model, store, walk);
});

async function readPage(model: ConnectionModel, store: ConnectionStore, walk: Walk): Promise<void> {
  const request = { cursor: walk.cursor, limit: walk.limit };
  const page = await store.members(walk.room, request);
  expect(await store.members(walk.room, request)).toEqual(page);
  expect(page.members.length).toBeLessThanOrEqual(walk.limit);
  for (const member of page.members) {
    const row = liveRow(model, member.connectionId);
    expect(row?.rooms.has(walk.room)).toBe(true);
    expect(member).toEqual(row && memberOf(row));
    walk.seen.push(member.connectionId);
  }
  walk.cursor = page.cursor;
  walk.done = page.cursor === undefined;
  for (const id of walk.throughout) {
    const times = walk.seen.filter((one) => one === id).length;
    expect(times).toBeLessThanOrEqual(1);
    if (walk.done) expect(times).toBe(1);
  }
}

/** Sequences of what may happen to a connection store. */
export function connectionCommands(maxCommands: number): fc.Arbitrary<Iterable<ConnectionCommand>> {
  // What is listed twice comes twice as often.
  const steps = [
    open,
    open,
    join,
    join,
    leave,
    close,
    touch,
    advance,
    beginWalk,
    nextPage,
    nextPage,
  ];
  return fc.commands(steps, { maxCommands, size: "max" });
}
