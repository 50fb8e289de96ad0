import {
  type Clock,
  type ConnectionStore,
  InvalidArgumentError,
  type Member,
  type PageRequest,
} from "@hubbub/core";
import { isOpen } from "./cos-connection-row.ts";
import { inParallel } from "./cos-in-parallel.ts";
import { type CosMemberKey, readMemberKey, readMemberObject } from "./cos-member-keys.ts";
import { type CosMembershipParts, objectsOf } from "./cos-memberships.ts";
import type { CosListPage } from "./cos-requests.ts";
import { createSharedList, type SharedList } from "./cos-shared-list.ts";

interface Parts extends CosMembershipParts {
  clock: Clock;
  shared: SharedList<CosListPage>;
}

const MAX_PAGE = 1000;
const MAX_CHECKED = 50; // Of the expired of one page; the others are for the next reader.
const LIST_GAP_MS = 25; // 40 listings a second: COS gives 50 for one prefix.
const MAX_CURSOR_CHARS = 850;
const BEFORE_NAMES = ",";
const AFTER_NAME = "-"; // Sorts behind the comma that ends a name, and before all other names.

/** Creates the two operations that read a room: one LIST for each 1,000 members, and no GET. */
export function createCosMembers(
  common: CosMembershipParts & { clock: Clock },
): Pick<ConnectionStore, "members" | "count"> {
  const shared = createSharedList<CosListPage>(common.clock, LIST_GAP_MS);
  const parts: Parts = { ...common, shared };
  return {
    async members(room, request) {
      const { rows, cursor } = await readPage(parts, room, request);
      const now = parts.clock.now();
      const live = rows.filter(({ expiresAt }) => expiresAt > now);
      const dead = rows.filter(({ expiresAt }) => expiresAt <= now).slice(0, MAX_CHECKED);
      const members = await inParallel(live, (row) => memberOf(parts, room, row));
      const checked = await inParallel(dead, (row) => checkExpired(parts, room, row));
      const kept = checked.filter((member) => typeof member === "object");
      return {
        members: [...members, ...kept].filter((member) => member !== undefined),
        expired: checked.filter((id) => typeof id === "string"),
        cursor,
      };
    },

    async count(room) {
      let count = 0;
      let cursor: string | undefined;
      do {
        const page = await readPage(parts, room, { cursor, limit: MAX_PAGE });
        const now = parts.clock.now();
        count += page.rows.filter(({ expiresAt }) => expiresAt > now).length;
        cursor = page.cursor;
      } while (cursor !== undefined);
      return count;
    },
  };
}

/** Lists a page; of several keys of one connection only the first, which is the newest. */
async function readPage(
  { requests, keys, shared }: Parts,
  room: string,
  { cursor, limit }: PageRequest,
): Promise<{ rows: CosMemberKey[]; cursor: string | undefined }> {
  const prefix = keys.room(room);
  const wanted = Math.max(1, Math.min(MAX_PAGE, limit));
  const list = (after?: string) =>
    requests.list({ prefix, limit: wanted, ...(after !== undefined && { after }) });
  checkCursor(cursor);
  const page =
    cursor === undefined
      ? await shared(`${wanted} ${prefix}`, () => list())
      : await list(prefix + cursor);
  const rows = new Map<string, CosMemberKey>();
  let last: string | undefined;
  for (const { key } of page.objects) {
    const row = readMemberKey(key, prefix);
    // The SDK writes control characters of foreign keys as entities, which are longer.
    last = row ? row.name + AFTER_NAME : key.slice(prefix.length).slice(0, MAX_CURSOR_CHARS);
    if (!row) requests.distrust("a member of a room", key, { room });
    else if (!rows.has(row.name)) rows.set(row.name, row);
  }
  if (last === "") last = BEFORE_NAMES; // A folder that was made in the console has the prefix as its key.
  return { rows: [...rows.values()], cursor: page.nextMarker === undefined ? undefined : last };
}

function checkCursor(cursor: string | undefined): void {
  if (cursor === undefined) return;
  if (typeof cursor !== "string" || cursor === "" || cursor.length > MAX_CURSOR_CHARS) {
    throw new InvalidArgumentError("cursor must be one that members gave");
  }
}

/** The member of a key, which the key itself mostly tells; undefined if it is gone or can't be read. */
async function memberOf(
  { requests }: Parts,
  room: string,
  row: CosMemberKey,
): Promise<Member | undefined> {
  if (row.member) return row.member;
  const object = await requests.get(row.key);
  const member = object && readMemberObject(row, object.text);
  if (object && !member) requests.distrust("a member of a room", row.key, { room });
  return member;
}

/**
 * Whether the connection of a key whose lease has ended has really ended; a function may have died
 * after it had moved the lease and before it had put the new key, or deleted the old one.
 *
 * @returns The id of an expired connection, the member if it is one, undefined if the key was a leftover.
 */
async function checkExpired(
  parts: Parts,
  room: string,
  row: CosMemberKey,
): Promise<string | Member | undefined> {
  const { requests, chain, keys, clock } = parts;
  const connectionId = row.connectionId ?? (await memberOf(parts, room, row))?.connectionId;
  if (connectionId === undefined) {
    await requests.delete([row.key]); // Nobody will ever know whose it was.
    return undefined;
  }
  const newest = await chain.latest(connectionId);
  const objects = objectsOf(parts, connectionId, newest);
  const wanted = objects.find(({ key }) => key.startsWith(keys.room(room)));
  if (wanted?.key !== row.key) await requests.delete([row.key]);
  if (!wanted) return undefined;
  if (!isOpen(newest, clock.now())) return connectionId;
  await requests.put(wanted.key, wanted.text);
  const repaired = readMemberKey(wanted.key, keys.room(room));
  return repaired && (repaired.member ?? readMemberObject(repaired, wanted.text));
}
