import type { ConnectionStore, Member } from "@hubbub/core";
import { expect } from "vitest";
import {
  type ConnectionModel,
  comparable,
  connectionOf,
  idsIn,
  idsOf,
  liveRow,
  memberOf,
} from "./connection-model.ts";

/** What to look at, and in pages of how many rows. */
interface Scope {
  readonly ids: readonly string[];
  readonly rooms: readonly string[];
  readonly users: readonly string[];
  readonly limit: number;
}

const MAX_PAGES = 100;
const byId = (a: Member, b: Member) => (a.connectionId < b.connectionId ? -1 : 1);

/** Expects that every read of a store tells what the model knows. */
export async function expectSame(
  model: ConnectionModel,
  store: ConnectionStore,
  scope: Scope,
): Promise<void> {
  const { ids, rooms, users, limit } = scope;
  const found: Record<string, unknown> = {};
  const known: Record<string, unknown> = {};
  for (const id of ids) {
    const connection = await store.get(id);
    const row = liveRow(model, id);
    found[`get ${id}`] = connection && comparable(connection);
    known[`get ${id}`] = row && comparable(connectionOf(row));
  }
  for (const room of rooms) {
    const live = idsIn(model, room);
    found[`count ${room}`] = await store.count(room);
    known[`count ${room}`] = live.length;
    found[`members ${room}`] = await readAll(model, store, room, limit);
    known[`members ${room}`] = live.map((id) => memberOf(rowOf(model, id)));
  }
  for (const user of users) {
    found[`of ${user}`] = [...(await store.connectionsOf(user))].sort();
    known[`of ${user}`] = idsOf(model, user);
  }
  expect(found).toEqual(known);
}

function rowOf(model: ConnectionModel, id: string) {
  const row = liveRow(model, id);
  if (!row) throw new Error(`${id} is not live`);
  return row;
}

async function readAll(
  model: ConnectionModel,
  store: ConnectionStore,
  room: string,
  limit: number,
): Promise<Member[]> {
  const members: Member[] = [];
  // A store tells of the dead or not, but of nobody else.
  const dead = new Set(idsIn(model, room, false));
  let cursor: string | undefined;
  for (let pages = 0; pages === 0 || cursor !== undefined; pages++) {
    if (pages === MAX_PAGES) throw new Error(`members gave ${MAX_PAGES} cursors`);
    const page = await store.members(room, { cursor, limit });
    if (page.members.length > limit) throw new Error("a page has more rows than its limit");
    const wrong = page.expired?.find((id) => !dead.has(id));
    if (wrong !== undefined) throw new Error(`${wrong} is reported as expired`);
    members.push(...page.members);
    cursor = page.cursor;
  }
  return members.sort(byId);
}
