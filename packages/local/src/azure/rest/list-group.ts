import { Buffer } from "node:buffer";
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

  // The token is compared, not looked up: it stays good after its connection is gone.
  const after = Buffer.from(query.get("continuationToken") ?? "", "base64url").toString();
  const rest = hub
    .inGroup(params.group ?? "")
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
    continuationToken: Buffer.from(last.id).toString("base64url"),
    "api-version": query.get("api-version") ?? "2024-12-01",
  });
  return { status: 200, json: { value, nextLink: `${url}?${next}` } };
}

/** Undefined if it is no number from 1 to `max`. */
function readCount(text: string | null, max: number, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= max ? count : undefined;
}
