import type { Connection, Member } from "@hubbub/core";

/** What a store may know of one connection. */
interface ModelRow {
  readonly connection: Connection;
  readonly rooms: Set<string>;
  /** Rooms that were left after the lease had ended: they may or may not be among those of `close`. */
  readonly loose: Set<string>;
}

/** A page by page reading of a room that is going on. */
export interface Walk {
  readonly room: string;
  readonly limit: number;
  cursor: string | undefined;
  done: boolean;
  /** Who has been a member ever since it began. */
  readonly throughout: Set<string>;
  readonly seen: string[];
}

/** The simplest thing that does what `ConnectionStore` promises. */
export interface ConnectionModel {
  now: number;
  readonly rows: Map<string, ModelRow>;
  /** Until when each closed id must stay closed. */
  readonly closed: Map<string, number>;
  readonly walks: Walk[];
}

/** Creates a model of an empty store. */
export function createConnectionModel(now: number): ConnectionModel {
  return { now, rows: new Map(), closed: new Map(), walks: [] };
}

/** The row of a connection that is open and whose lease has not ended. */
export function liveRow({ rows, now }: ConnectionModel, id: string): ModelRow | undefined {
  const row = rows.get(id);
  return row && row.connection.expiresAt > now ? row : undefined;
}

/** Whether an id was closed so lately that it must not be opened. */
export function isClosed({ closed, now }: ConnectionModel, id: string): boolean {
  return (closed.get(id) ?? -Infinity) > now;
}

/** Opens. Whether that was possible is the caller's to know where {@link isClosed} leaves it open. */
export function openRow(model: ConnectionModel, connection: Connection): boolean {
  const { connectionId: id } = connection;
  if (isClosed(model, id)) return false;
  const rooms = liveRow(model, id)?.rooms ?? new Set<string>();
  model.rows.set(id, { connection, rooms, loose: new Set() });
  return true;
}

/** Closes; answers what was removed. */
export function closeRow(
  model: ConnectionModel,
  id: string,
  tombstoneMs: number,
): ModelRow | undefined {
  const row = model.rows.get(id);
  model.rows.delete(id);
  if (!isClosed(model, id)) model.closed.set(id, model.now + tombstoneMs);
  for (const walk of model.walks) walk.throughout.delete(id);
  return row;
}

export function joinRow(model: ConnectionModel, id: string, room: string): boolean {
  const row = liveRow(model, id);
  row?.rooms.add(room);
  return row !== undefined;
}

export function leaveRow(model: ConnectionModel, id: string, room: string): boolean {
  const row = model.rows.get(id);
  const wasMember = row?.rooms.delete(room) ?? false;
  const isLive = liveRow(model, id) !== undefined;
  if (row && wasMember && !isLive) row.loose.add(room);
  for (const walk of model.walks) if (walk.room === room) walk.throughout.delete(id);
  return wasMember && isLive;
}

export function touchRow(model: ConnectionModel, id: string, expiresAt: number): boolean {
  const row = liveRow(model, id);
  if (!row) return false;
  const until = Math.max(row.connection.expiresAt, expiresAt);
  model.rows.set(id, { ...row, connection: { ...row.connection, expiresAt: until } });
  return true;
}

export function passTime(model: ConnectionModel, ms: number): void {
  model.now += ms;
  for (const { throughout } of model.walks) {
    for (const id of throughout) if (!liveRow(model, id)) throughout.delete(id);
  }
}

/** The ids of a room's members, or of those whose lease has ended. */
export function idsIn(model: ConnectionModel, room: string, live = true): string[] {
  return [...model.rows]
    .filter(([id, { rooms }]) => rooms.has(room) && (liveRow(model, id) !== undefined) === live)
    .map(([id]) => id)
    .sort();
}

export function idsOf(model: ConnectionModel, userId: string): string[] {
  return [...model.rows]
    .filter(([id, { connection }]) => connection.user.userId === userId && liveRow(model, id))
    .map(([id]) => id)
    .sort();
}

/** What a member's row tells. */
export function memberOf({ connection }: ModelRow): Member {
  const { connectionId, user, protocol } = connection;
  const { userId, name } = user;
  return { connectionId, userId, ...(name === undefined ? {} : { name }), protocol };
}

/** A connection so that two of them can be compared: rooms and fields in order, nothing undefined. */
export function comparable({ rooms, ...connection }: Connection): unknown {
  const fields = Object.entries({ ...connection, rooms: [...rooms].sort() });
  return JSON.parse(
    JSON.stringify(Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))),
  );
}

/** What a store answers of a row. */
export function connectionOf({ connection, rooms }: ModelRow): Connection {
  return { ...connection, rooms: [...rooms] };
}
