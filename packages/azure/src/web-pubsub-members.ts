import {
  type ConnectionProtocol,
  type ConnectionStore,
  InvalidArgumentError,
  type Member,
} from "@hubbub/core";
import { isOpen, readConnection, type TableStoreParts } from "./table-connection-rows.ts";
import { memberOf } from "./table-memberships.ts";
import type { WebPubSubMemberships } from "./web-pubsub-memberships.ts";

/** What reading a room needs. */
export interface WebPubSubMembersParts extends TableStoreParts {
  memberships: WebPubSubMemberships;
}

const PROTOCOLS: readonly ConnectionProtocol[] = ["hubbub.v1", "plain"];
const AT_ONCE = 16;
const MAX_PAGE = 200;

/** A place in the two groups of a room: which one, and the service's token. */
interface Place {
  readonly index: number;
  readonly token: string;
}

/** Creates the two operations that read a room from the service's groups. */
export function createWebPubSubMembers(
  parts: WebPubSubMembersParts,
): Pick<ConnectionStore, "members" | "count"> {
  /** Reads on into the second group while there is room, so that a small room is one page. */
  async function readPage(room: string, from: Place, limit: number): Promise<RoomPage> {
    const told: Told[] = [];
    let place: Place | undefined = from;
    for (let left = limit; place && left > 0; ) {
      const { index, token } = place;
      const protocol = PROTOCOLS[index] as ConnectionProtocol;
      const { ids, count, next } = await parts.memberships.list(protocol, room, {
        token,
        limit: left,
      });
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const lot = ids.slice(start, start + AT_ONCE);
        told.push(...(await Promise.all(lot.map((id) => tell(parts, protocol, room, id)))));
      }
      left -= count;
      place = placeAfter(index, next);
      if (next !== undefined) break;
    }
    return { told, after: place };
  }

  return {
    async members(room, { cursor, limit }) {
      const { told, after } = await readPage(room, readCursor(cursor), limit);
      return {
        members: told.flatMap(({ member }) => member ?? []),
        expired: told.flatMap(({ expired }) => expired ?? []),
        cursor: after && writeCursor(after),
      };
    },
    async count(room) {
      let count = 0;
      let place: Place | undefined = { index: 0, token: "" };
      while (place) {
        const page: RoomPage = await readPage(room, place, MAX_PAGE);
        count += page.told.filter(({ member }) => member).length;
        place = page.after;
      }
      return count;
    },
  };
}

/** What becomes of an id that is in a group. */
interface Told {
  readonly member?: Member;
  readonly expired?: string;
}

/** A part of a room, and where it goes on. */
interface RoomPage {
  readonly told: readonly Told[];
  readonly after: Place | undefined;
}

/** The service names whoever is in the group; the row says as whom, and whether that still holds. */
async function tell(
  parts: WebPubSubMembersParts,
  protocol: ConnectionProtocol,
  room: string,
  connectionId: string,
): Promise<Told> {
  const row = await readConnection(parts, connectionId);
  if (!row?.connection || row.closed) return {};
  const { connection } = row;
  if (!connection.rooms.includes(room) || connection.protocol !== protocol) return {};
  if (!isOpen(row, parts.clock.now())) return { expired: connectionId };
  return { member: memberOf(connection) };
}

function placeAfter(index: number, next: string | undefined): Place | undefined {
  if (next !== undefined) return { index, token: next };
  return index + 1 < PROTOCOLS.length ? { index: index + 1, token: "" } : undefined;
}

function writeCursor({ index, token }: Place): string {
  return `${index}.${Buffer.from(token).toString("base64url")}`;
}

function readCursor(cursor: string | undefined): Place {
  if (cursor === undefined) return { index: 0, token: "" };
  const [, index, token = ""] = /^([01])\.([A-Za-z0-9_-]*)$/.exec(cursor) ?? [];
  if (index === undefined) {
    throw new InvalidArgumentError("cursor must be one that members gave");
  }
  return { index: Number(index), token: Buffer.from(token, "base64url").toString() };
}
