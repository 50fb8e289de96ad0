import { parseFilter } from "../filter/filter.ts";
import { FilterError } from "../filter/filter-error.ts";
import type { HubConnection } from "../hub.ts";
import { dataTypeOf, type HubMessage } from "../hub-message.ts";
import { isMetadata, readMetadata } from "../metadata.ts";
import { badFilter, badRequest, type RestReply, restError } from "./rest-reply.ts";
import type { RestRequest } from "./rest-route.ts";

/** Says whether a connection is meant. */
export type Selection = (connection: HubConnection) => boolean;

const MAX_TTL_SECONDS = 300;

/** Reads the message of a request, or says what is wrong with it. */
export function readMessage(request: RestRequest): HubMessage | RestReply {
  const { query, contentType, headers, body } = request;
  const ttl = query.get("messageTtlSeconds") ?? "0";
  if (!/^\d{1,3}$/.test(ttl) || Number(ttl) > MAX_TTL_SECONDS) {
    return badRequest("messageTtlSeconds must be a whole number from 0 to 300");
  }
  const dataType = dataTypeOf(contentType);
  if (!dataType) {
    const wanted = "text/plain, application/json or application/octet-stream";
    return restError(415, "UnsupportedMediaType", `Content-Type must be ${wanted}`);
  }
  if (dataType === "json" && !isJson(body.toString()))
    return badRequest("The request body is not a valid JSON.");
  const metadata = readMetadata(Object.entries(headers));
  if (metadata && !isMetadata(metadata)) return badRequest("The metadata is not valid");
  return { dataType, data: body, metadata, ttlSeconds: Number(ttl) };
}

/** Reads `filter` and `excluded` of a request, or says what is wrong with them. */
export function readSelection(query: URLSearchParams): Selection | RestReply {
  const excluded = new Set(query.getAll("excluded"));
  const wanted = selectionOf(query.get("filter"));
  if ("status" in wanted) return wanted;
  return (connection) => !excluded.has(connection.id) && wanted(connection);
}

/** Makes a selection of a filter; all connections without one. */
export function selectionOf(filter: string | null | undefined): Selection | RestReply {
  if (!filter) return () => true;
  try {
    const test = parseFilter(filter);
    return ({ id, userId, groups, subprotocol }) =>
      test({ userId, connectionId: id, groups: [...groups], protocol: subprotocol });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return badFilter(`Invalid syntax for '${filter}': ${error.message}. (Parameter 'filter')`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
