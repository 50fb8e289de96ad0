import type { ConnectionStore } from "./connection-store.ts";
import { digest } from "./digest.ts";
import type { Sender } from "./room-log.ts";

/** Who is online in a room. */
export interface PresenceState {
  readonly online: number;
  /** Each user once; absent in big rooms. */
  readonly members?: Sender[];
  /** Changes with the content. */
  readonly version: string;
}

/**
 * Reads who is online: the users, or in rooms with more than `maxListed` connections their number.
 *
 * @param expire Called with each connection whose lease has ended.
 */
export async function readPresence(
  store: Pick<ConnectionStore, "members" | "count">,
  room: string,
  maxListed: number,
  expire: (connectionId: string) => void,
): Promise<PresenceState> {
  const users = new Map<string, Sender>();
  let connections = 0;
  let cursor: string | undefined;
  do {
    const page = await store.members(room, { cursor, limit: maxListed + 1 });
    page.expired?.forEach(expire);
    connections += page.members.length;
    for (const { userId, name } of page.members) {
      users.set(userId, name === undefined ? { id: userId } : { id: userId, name });
    }
    cursor = page.cursor;
  } while (cursor !== undefined && connections <= maxListed);
  if (connections > maxListed) {
    const online = cursor === undefined ? connections : await store.count(room);
    return { online, version: `n${online}` };
  }
  const members = [...users.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { online: members.length, members, version: digest(JSON.stringify(members)) };
}
