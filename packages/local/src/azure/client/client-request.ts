import type { IncomingMessage } from "node:http";
import { originsOf } from "../audience.ts";
import { isGroupName, isHubName } from "../hub-names.ts";
import { checkToken, claimValues, type TokenClaims } from "../json-web-token.ts";
import type { UpgradeRefusal } from "./upgrade-refusal.ts";

/** An upgrade request for a hub. */
export interface ClientRequest {
  /** In lower case. */
  hub: string;
  query: URLSearchParams;
  subprotocols: readonly string[];
  /** The path that an access token is for. */
  tokenPath: string;
}

const TARGET = /^\/client\/hubs\/([^/]+)\/?$/;
/** The hub's name may stand in the query, too. */
const BARE = /^\/client\/?$/;
const MQTT = /^\/clients\//;

/** Reads an upgrade request, or says why it is none for this service. */
export function readClientRequest(request: IncomingMessage): ClientRequest | UpgradeRefusal {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = TARGET.exec(url.pathname)?.[1];
  const byQuery = BARE.test(url.pathname) ? (url.searchParams.get("hub") ?? undefined) : undefined;
  const hub = byQuery ?? decodeHub(path);
  if (MQTT.test(url.pathname)) return { status: 404, message: "MQTT and Socket.IO are not served" };
  if (hub === undefined) return { status: 404, message: "Clients connect to /client/hubs/{hub}" };
  if (!isHubName(hub)) return { status: 400, message: "The hub has no valid name" };
  const subprotocols = (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  const tokenPath = byQuery === undefined ? `/client/hubs/${hub}`.toLowerCase() : "/client";
  return { hub: hub.toLowerCase(), query: url.searchParams, subprotocols, tokenPath };
}

function decodeHub(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What a client's access token is checked against. */
export interface ClientTokenSettings {
  keys: readonly string[];
  endpoint: string;
  /** True: it may come without a token. */
  anonymous: boolean;
  /** Current time, in milliseconds since the Unix epoch. */
  now: number;
}

/** Checks the access token of a request: in the query, or in the header that clients other than browsers have. */
export function readClientClaims(
  request: IncomingMessage,
  { hub, query, tokenPath }: ClientRequest,
  { keys, endpoint, anonymous, now }: ClientTokenSettings,
): { claims: TokenClaims } | UpgradeRefusal {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = query.get("access_token") || bearer;
  if (!token) {
    const message = "There is no access_token";
    return anonymous ? { claims: {} } : { status: 401, message };
  }
  const check = checkToken(token, keys, now);
  if ("refusal" in check) return { status: 401, message: check.refusal };
  const audiences = claimValues(check.claims, "aud").map((one) => one.toLowerCase());
  const paths = [`/client/hubs/${hub}`, tokenPath];
  const wanted = originsOf(request.headers.host, endpoint).flatMap((origin) =>
    paths.map((path) => origin + path),
  );
  if (!wanted.some((audience) => audiences.includes(audience))) {
    const message = `The token's aud must be ${wanted[0]}, and is ${audiences.join(", ")}`;
    return { status: 401, message };
  }
  if (!claimValues(check.claims, "webpubsub.group").every(isGroupName)) {
    return { status: 400, message: "The token names a group that is none" };
  }
  return check;
}
