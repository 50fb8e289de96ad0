import type { CosConnectionChain } from "./cos-connection-chain.ts";
import type { CosVersion } from "./cos-connection-row.ts";
import type { CosKeys } from "./cos-keys.ts";
import { type CosMemberObject, memberObjects } from "./cos-member-keys.ts";
import type { CosRequests } from "./cos-requests.ts";

/** The parts that operations on members share. */
export interface CosMembershipParts {
  requests: CosRequests;
  keys: CosKeys;
  chain: CosConnectionChain;
}

/**
 * Brings the members' keys from one state of a connection to the next. The state decides who is where;
 * a key belongs to the version that put it, so late deletions and late puts meet no key of another.
 *
 * @returns The newest state.
 */
export async function settleMemberships(
  parts: CosMembershipParts,
  connectionId: string,
  before: CosVersion | undefined,
  after: CosVersion,
): Promise<CosVersion> {
  const old = objectsOf(parts, connectionId, before);
  const wanted = objectsOf(parts, connectionId, after);
  const put = wanted.filter(({ key }) => !old.some((object) => object.key === key));
  const gone = old.filter(({ key }) => !wanted.some((object) => object.key === key));
  const earlier = gone.length > 0 ? (before?.row.dropped ?? []) : [];
  return write(parts, connectionId, after, put, [...gone.map(({ key }) => key), ...earlier]);
}

/**
 * Does again what brings the members' keys to a state: who changed it may have died before that.
 *
 * @returns The newest state.
 */
export async function repairMemberships(
  parts: CosMembershipParts,
  connectionId: string,
  found: CosVersion,
): Promise<CosVersion> {
  const put = objectsOf(parts, connectionId, found);
  return write(parts, connectionId, found, put, found.row.dropped ?? []);
}

/** Puts and deletes keys; whoever changed the state meanwhile may have found none yet to delete. */
async function write(
  parts: CosMembershipParts,
  connectionId: string,
  state: CosVersion,
  put: readonly CosMemberObject[],
  gone: readonly string[],
): Promise<CosVersion> {
  const { requests, chain } = parts;
  await Promise.all(put.map(({ key, text }) => requests.put(key, text)));
  await requests.delete(gone);
  if (put.length === 0) return state;
  const newest = await chain.after(connectionId, state);
  const wanted = new Set(objectsOf(parts, connectionId, newest).map(({ key }) => key));
  await requests.delete(put.map(({ key }) => key).filter((key) => !wanted.has(key)));
  return newest;
}

/** The member's objects that a state asks for. */
export function objectsOf(
  { keys }: CosMembershipParts,
  connectionId: string,
  found: CosVersion | undefined,
): CosMemberObject[] {
  return found ? memberObjects(keys, connectionId, found.row) : [];
}

/** The keys of the member's objects of a state. */
export function memberKeysOf(
  parts: CosMembershipParts,
  connectionId: string,
  found: CosVersion | undefined,
): string[] {
  return objectsOf(parts, connectionId, found).map(({ key }) => key);
}
