import { Buffer } from "node:buffer";
import type { ConnectionProtocol, Member } from "@hubbub/core";
import type { CosConnectionRow } from "./cos-connection-row.ts";
import { type CosKeys, idOf, keyOf, newestFirst } from "./cos-keys.ts";

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
  const expiresAt = Number.parseInt(lease, 36);
  if (data === "") return { key, name, expiresAt, member: undefined };
  const parsed = parse(Buffer.from(data, "base64url").toString());
  const connectionId = idIn(name);
  if (!isData(parsed) || connectionId === undefined) return undefined;
  return { key, name, expiresAt, member: toMember(connectionId, parsed) };
}

/** Reads the object of a member whose key has no room for its data; undefined if it is none. */
export function readMemberObject(text: string): Member | undefined {
  const parsed = parse(text);
  if (!Array.isArray(parsed) || typeof parsed[0] !== "string" || !isData(parsed[1])) {
    return undefined;
  }
  return toMember(parsed[0], parsed[1]);
}

function dataOf(userId: string, name: string | undefined, protocol: ConnectionProtocol): Data {
  if (protocol !== USUAL) return [userId, name ?? null, protocol];
  return name === undefined ? [userId] : [userId, name];
}

function isData(value: unknown): value is Data {
  return Array.isArray(value) && typeof value[0] === "string";
}

function toMember(connectionId: string, [userId, name, protocol = USUAL]: Data): Member {
  return { connectionId, userId, ...(typeof name === "string" && { name }), protocol };
}

function idIn(name: string): string | undefined {
  try {
    return idOf(name);
  } catch {
    return undefined; // Somebody else's object.
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
