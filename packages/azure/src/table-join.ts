import { memberKey } from "./table-connection-keys.ts";
import {
  isOpen,
  type OpenedRow,
  readConnection,
  replaceRow,
  type TableStoreParts,
  untilSettled,
} from "./table-connection-rows.ts";
import { forgetMember } from "./table-leave.ts";
import { memberEntity, removeSeen, type SeenMember } from "./table-memberships.ts";

/** How far a join has come. */
interface Join {
  readonly connectionId: string;
  readonly room: string;
  /** The name of its writes. */
  readonly by: string;
  hasTried: boolean;
  /** The membership that it has written, and how it reads. */
  mine?: SeenMember & { readonly text: string };
}

/**
 * Makes a connection a member: its row is read, the membership written, and the row changed if it is still
 * what was read. While the row names the room its membership is there, because whoever deletes one has
 * changed the row before, and deletes only what was there before that.
 */
export async function joinRoom(
  parts: TableStoreParts,
  connectionId: string,
  room: string,
): Promise<boolean> {
  const join: Join = { connectionId, room, by: parts.nextWriter(), hasTried: false };
  try {
    return await untilSettled(parts, () => tryToJoin(parts, join));
  } catch (error) {
    const warn = (failure: unknown) =>
      parts.warn("a membership that was not finished ends with its lease", failure);
    if (join.hasTried) await forgetMember(parts, connectionId, room).catch(warn);
    throw error;
  }
}

async function tryToJoin(parts: TableStoreParts, join: Join): Promise<boolean | undefined> {
  const { connectionId, by, mine } = join;
  const row = await readConnection(parts, connectionId);
  if (row?.by === by) return true; // Its answer was lost.
  if (isOpen(row, parts.clock.now())) return write(parts, join, row);
  if (mine) await removeSeen(parts.requests, [mine]);
  return false;
}

async function write(
  parts: TableStoreParts,
  join: Join,
  row: OpenedRow,
): Promise<true | undefined> {
  const { connectionId, room, by, mine } = join;
  const { rooms } = row.connection;
  const isListed = rooms.includes(room);
  const entity = memberEntity(room, row.connection);
  const text = JSON.stringify(entity);
  if (isListed && mine?.text === text) return true; // By another join.
  join.hasTried = true;
  const put = await parts.requests.put(entity);
  if (!put.done) return undefined;
  join.mine = { ...memberKey(room, connectionId), etag: put.etag, text };
  const change = { rooms: isListed ? rooms : [...rooms, room] };
  return (await replaceRow(parts, row, change, by)).done || undefined;
}
