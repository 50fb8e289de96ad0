import type { ConnectionStore, Member } from "@hubbub/core";
import { memberPartition } from "./table-connection-keys.ts";
import { isOpen, readConnection, type TableStoreParts } from "./table-connection-rows.ts";
import { JSON_PROPERTIES } from "./table-json.ts";
import { idOf, rowsAfter } from "./table-keys.ts";
import { forgetMember } from "./table-leave.ts";
import { memberOf, toMember } from "./table-memberships.ts";
import type { TablePage, TableRow } from "./table-requests.ts";

const MAX_ROWS = 1000; // Of one answer.
const AT_ONCE = 16;
const SELECT = ["end", ...JSON_PROPERTIES];

/** What a row tells: a member, or a connection to be closed, or nothing. */
type Told = { readonly member?: Member; readonly expired?: string };

/** Creates the two operations that read a room. */
export function createTableMembers(
  parts: TableStoreParts,
): Pick<ConnectionStore, "members" | "count"> {
  return {
    async members(room, { cursor = "", limit }) {
      // One row more than is wanted, so that a full page at the end is known to be the last.
      const page = await listMembers(parts, room, cursor, Math.min(limit + 1, MAX_ROWS));
      const told = await tell(parts, room, page.rows.slice(0, limit));
      return {
        members: told.flatMap(({ member }) => member ?? []),
        expired: told.flatMap(({ expired }) => expired ?? []),
        cursor: page.rows.length > limit ? page.rows[limit - 1]?.rowKey : page.next,
      };
    },

    async count(room) {
      let count = 0;
      let cursor: string | undefined = "";
      while (cursor !== undefined) {
        const page: TablePage = await listMembers(parts, room, cursor, MAX_ROWS);
        const told = await tell(parts, room, page.rows);
        count += told.filter(({ member }) => member).length;
        cursor = page.next;
      }
      return count;
    },
  };
}

/** The members after a row key; `next` is the last row key if there may be more. */
async function listMembers(
  { requests }: TableStoreParts,
  room: string,
  after: string,
  limit: number,
): Promise<TablePage> {
  const filter = rowsAfter(memberPartition(room), after);
  let next: string | undefined;
  do {
    const page = await requests.list({ filter, select: SELECT, limit, next });
    const last = page.rows.at(-1);
    if (last) return { rows: page.rows, next: page.next === undefined ? undefined : last.rowKey };
    next = page.next;
  } while (next !== undefined);
  return { rows: [], next: undefined };
}

/** Says what rows tell. Of those whose lease has ended, or can't be read, the connection's row knows the truth. */
async function tell(
  parts: TableStoreParts,
  room: string,
  rows: readonly TableRow[],
): Promise<Told[]> {
  const now = parts.clock.now();
  const told: Told[] = [];
  const doubtful: (Doubtful & { readonly index: number })[] = [];
  for (const [index, row] of rows.entries()) {
    const read = toMember(row);
    if (!read) parts.requests.distrust("a membership", row);
    const { expiresAt = 0, ...member } = read ?? { connectionId: idOf(row.rowKey) };
    const { connectionId } = member;
    told.push("userId" in member && expiresAt > now ? { member } : {});
    if (expiresAt <= now && connectionId !== undefined) doubtful.push({ row, connectionId, index });
  }
  for (let start = 0; start < doubtful.length; start += AT_ONCE) {
    const lot = doubtful.slice(start, start + AT_ONCE);
    const answers = await Promise.all(lot.map((each) => tellDoubtful(parts, room, each)));
    for (const [at, { index }] of lot.entries()) told[index] = answers[at] ?? {};
  }
  return told;
}

/** A membership that alone proves nothing. */
interface Doubtful {
  readonly row: TableRow;
  readonly connectionId: string;
}

async function tellDoubtful(
  parts: TableStoreParts,
  room: string,
  { row: seen, connectionId }: Doubtful,
): Promise<Told> {
  const { requests, clock, warn } = parts;
  const row = await readConnection(parts, connectionId);
  if (!isOpen(row, clock.now())) {
    if (row?.connection && !row.closed) return { expired: connectionId };
    await requests
      .remove(seen, seen.etag)
      .catch((error: unknown) => warn("a membership of nobody could not be removed", error));
    return {};
  }
  // Who renewed the lease came only as far as the connection's row.
  if (row.connection.rooms.includes(room)) return { member: memberOf(row.connection) };
  await forgetMember(parts, connectionId, room).catch((error: unknown) =>
    warn("a membership that was not finished could not be removed", error),
  );
  return {};
}
