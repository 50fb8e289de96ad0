import { Buffer } from "node:buffer";
import type { ConnectionProtocol, Member } from "@hubbub/core";
import { isProtocol, isText, readJson } from "@hubbub/core/adapter";
import type { CosConnectionRow } from "./cos-connection-row.ts";
import { type CosKeys, idBeside, idOf, isHash, keyOf, newestFirst } from "./cos-keys.ts";

/** The key of a membership, which tells all that a fan-out needs, and what is put there. */
export interface CosMemberObject {
  readonly key: string;
  /** Empty, but where the key has no room for the member's data. */
  readonly text: string;
}

/** What a key tells. */
export interface CosMemberKey {
  readonly key: string;
  /** The connection's part of the key: newer keys of the same connection sort before older ones. */
  readonly name: string;
  /** Undefined: only its hash is in the key. */
  readonly connectionId: string | undefined;
  readonly expiresAt: number;
  /** Undefined: it stands in the object. */
  readonly member: Member | undefined;
}

type Data = [userId: string, name?: string | null, protocol?: ConnectionProtocol];

const USUAL: ConnectionProtocol = "hubbub.v1";
const MAX_KEY_BYTES = 850;
const PARTS = /^([\w.-]+),(\d{16})\.([0-9a-z]{1,11})\.([\w-]*)$/;

/** The objects of all memberships of a connection's state. */
export function memberObjects(
  keys: CosKeys,
  connectionId: string,
  row: CosConnectionRow,
): CosMemberObject[] {
  const { user, protocol = USUAL, expiresAt } = row;
  if (!user || row.closed) return [];
  const data = JSON.stringify(dataOf(user.userId, user.name, protocol));
  const lease = Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(expiresAt))).toString(36);
  return row.rooms.map(([room, placedAt]) => {
    const name = `${keyOf(connectionId)},${newestFirst(placedAt)}.${lease}.`;
    const bare = keys.room(room) + name;
    const key = bare + Buffer.from(data).toString("base64url");
    const fits = row.id === undefined && key.length <= MAX_KEY_BYTES;
    if (fits) return { key, text: "" };
    return { key: bare, text: JSON.stringify([connectionId, JSON.parse(data)]) };
  });
}

/** Reads a member's key; undefined if it is none. */
export function readMemberKey(key: string, prefix: string): CosMemberKey | undefined {
  const [, name, , lease = "", data = ""] = PARTS.exec(key.slice(prefix.length)) ?? [];
  if (name === undefined) return undefined;
  const connectionId = idOf(name);
  const row = { key, name, connectionId, expiresAt: Number.parseInt(lease, 36) };
  if (data === "") {
    return connectionId !== undefined || isHash(name) ? { ...row, member: undefined } : undefined;
  }
  const member = toMember(connectionId, readJson(Buffer.from(data, "base64url").toString()));
  return member && { ...row, member };
}

/** Reads the object of a member whose key has no room for its data; undefined if it is none. */
export function readMemberObject({ name }: CosMemberKey, text: string): Member | undefined {
  const json = readJson(text);
  if (!Array.isArray(json)) return undefined;
  const [connectionId, data]: unknown[] = json;
  return toMember(idBeside(name, connectionId), data);
}

/** Whether a key is that of a membership of this connection, in whatever room. */
export function isMemberKeyOf(keys: CosKeys, connectionId: string, key: string): boolean {
  if (!key.startsWith(keys.members)) return false;
  const [, name, ...others] = key.slice(keys.members.length).split("/");
  return others.length === 0 && PARTS.exec(name ?? "")?.[1] === keyOf(connectionId);
}

function dataOf(userId: string, name: string | undefined, protocol: ConnectionProtocol): Data {
  if (protocol !== USUAL) return [userId, name ?? null, protocol];
  return name === undefined ? [userId] : [userId, name];
}

function toMember(connectionId: string | undefined, data: unknown): Member | undefined {
  if (connectionId === undefined || !Array.isArray(data)) return undefined;
  const [userId, name, protocol = USUAL]: unknown[] = data;
  if (!isText(userId) || !isProtocol(protocol)) return undefined;
  return { connectionId, userId, ...(isText(name) && { name }), protocol };
}
