import { Buffer } from "node:buffer";
import { NEWEST_VERSION } from "./api-versions.ts";
import { badRequest, type RestReply } from "./rest-reply.ts";
import type { RestRequest } from "./rest-route.ts";

const MAX_PAGE_SIZE = 200;
const MAX_TOP = 2 ** 31 - 1;

/** Lists the connections of a group by pages. */
export function listGroup({ hub, params, query, url }: RestRequest): RestReply {
  const pageSize = readCount(query.get("maxpagesize"), MAX_PAGE_SIZE, MAX_PAGE_SIZE);
  const top = readCount(query.get("top"), MAX_TOP, MAX_TOP);
  if (pageSize === undefined) return badRequest("maxpagesize must be a number from 1 to 200");
  if (top === undefined) return badRequest("top must be a number from 1 to 2147483647");

  const { group = "" } = params;
  const token = query.get("continuationToken");
  const after = token === null ? "" : readToken(token, hub.name, group);
  if (after === undefined) return badRequest("continuationToken must be one of a page before");
  // It is compared, not looked up: it stays good after its connection is gone.
  const rest = hub
    .inGroup(group)
    .filter(({ id }) => id > after)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = rest.slice(0, Math.min(pageSize, top));
  const left = Math.min(rest.length, top) - page.length;
  const value = page.map(({ id: connectionId, userId }) => ({ connectionId, userId }));
  const last = page.at(-1);
  if (left === 0 || !last) return { status: 200, json: { value } };

  const next = new URLSearchParams({
    maxpagesize: String(pageSize),
    ...(query.has("top") && { top: String(top - page.length) }),
    continuationToken: writeToken(hub.name, group, last.id),
    "api-version": query.get("api-version") ?? NEWEST_VERSION,
  });
  return { status: 200, json: { value, nextLink: `${url}?${next}` } };
}

function writeToken(...parts: [hub: string, group: string, id: string]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The id that a page ended with; undefined if the token is none of this group. */
function readToken(token: string, hub: string, group: string): string | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    const id = Array.isArray(parts) ? String(parts[2]) : "";
    return writeToken(hub, group, id) === token ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined if it is no number from 1 to `max`. */
function readCount(text: string | null, max: number, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= max ? count : undefined;
}
