import { memberKey } from "./table-connection-keys.ts";
import {
  isOpen,
  type OpenedRow,
  readConnection,
  replaceRow,
  type TableStoreParts,
  untilSettled,
} from "./table-connection-rows.ts";
import type { SeenMember } from "./table-memberships.ts";

/** How far a leave has come. */
interface Leave {
  readonly connectionId: string;
  readonly room: string;
  /** Whether it ends a membership that the connection's row names. */
  readonly evenIfListed: boolean;
  /** The last write of the row: its name, and whether it ended a membership. */
  tried?: { readonly by: string; readonly wasMember: boolean };
  /** Set once the row is written: whether it ended a membership. */
  wasMember?: boolean;
}

/** Ends a membership. True if there was one. */
export async function leaveRoom(
  parts: TableStoreParts,
  connectionId: string,
  room: string,
): Promise<boolean> {
  const leave: Leave = { connectionId, room, evenIfListed: true };
  return untilSettled(parts, () => tryToLeave(parts, leave));
}

/** Deletes a membership that the connection's row does not name: somebody died between two writes. */
export async function forgetMember(
  parts: TableStoreParts,
  connectionId: string,
  room: string,
): Promise<void> {
  const leave: Leave = { connectionId, room, evenIfListed: false };
  await untilSettled(parts, () => tryToLeave(parts, leave));
}

async function tryToLeave(parts: TableStoreParts, leave: Leave): Promise<boolean | undefined> {
  const { connectionId, room, evenIfListed, tried } = leave;
  const [row, member] = await Promise.all([
    readConnection(parts, connectionId),
    parts.requests.get(memberKey(room, connectionId)),
  ]);
  if (tried && row?.by === tried.by) leave.wasMember ??= tried.wasMember; // Its answer was lost.
  const wasMember = leave.wasMember ?? false;
  if (!row?.connection || row.closed) {
    if (member) await parts.requests.remove(member, member.etag);
    return wasMember;
  }
  const isListed = row.connection.rooms.includes(room);
  const isKept = isListed && (leave.wasMember !== undefined || !evenIfListed); // Or joined again.
  if (isKept || (!isListed && !member)) return wasMember;
  return write(parts, leave, { ...row, connection: row.connection }, member);
}

/** Even where it does not name the room, the row is changed: a join on its way then has to begin again. */
async function write(
  parts: TableStoreParts,
  leave: Leave,
  row: OpenedRow,
  member: SeenMember | undefined,
): Promise<boolean | undefined> {
  const { room } = leave;
  const { rooms } = row.connection;
  const wasMember = rooms.includes(room) && isOpen(row, parts.clock.now());
  leave.tried = { by: parts.nextWriter(), wasMember };
  const change = { rooms: rooms.filter((name) => name !== room) };
  const written = await replaceRow(parts, row, change, leave.tried.by);
  if (!written.done) return undefined;
  leave.wasMember ??= wasMember;
  if (!member) return leave.wasMember;
  const removed = await parts.requests.remove(member, member.etag);
  const isThere = !removed.done && removed.failure === "changed";
  return isThere ? undefined : leave.wasMember;
}
