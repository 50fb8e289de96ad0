import type { Clock } from "@hubbub/core";
import { readJson } from "@hubbub/core/adapter";
import { isOpen } from "./cos-connection-row.ts";
import { inParallel } from "./cos-in-parallel.ts";
import { idBeside, idOf, isHash } from "./cos-keys.ts";
import type { CosMembershipParts } from "./cos-memberships.ts";

/** The open connections of a user. The index only proposes: what it says is checked. */
export async function connectionsOfUser(
  parts: CosMembershipParts & { clock: Pick<Clock, "now"> },
  userId: string,
): Promise<string[]> {
  const { requests, keys, chain, clock } = parts;
  const prefix = keys.user(userId);
  const found: string[] = [];
  let after: string | undefined;
  do {
    const query = { prefix, limit: 1000, ...(after !== undefined && { after }) };
    const page = await requests.list(query);
    found.push(...page.objects.map(({ key }) => key));
    after = page.nextMarker;
  } while (after !== undefined);
  const ids = await inParallel(found, async (key) => {
    const connectionId = await idAt(parts, key, key.slice(prefix.length));
    if (connectionId === undefined) return undefined;
    const newest = await chain.latest(connectionId);
    const mine = isOpen(newest, clock.now()) && newest.row.user?.userId === userId;
    return mine ? connectionId : undefined;
  });
  return ids.filter((id) => id !== undefined);
}

/** The connection of a key of the index; undefined if it is somebody else's object, or gone. */
async function idAt(
  { requests }: CosMembershipParts,
  key: string,
  name: string,
): Promise<string | undefined> {
  const id = idOf(name);
  if (id !== undefined) return id;
  const object = isHash(name) ? await requests.get(key) : { text: "" };
  const beside = object && idBeside(name, readJson(object.text));
  if (object && beside === undefined) requests.distrust("a connection of a user", key);
  return beside;
}
