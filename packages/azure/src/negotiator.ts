import { type Clock, InvalidArgumentError, RejectedError } from "@hubbub/core";
import { checkKnown, checkRange } from "@hubbub/core/adapter";
import { createClientToken } from "./client-token.ts";
import { parseConnectionString } from "./connection-string.ts";
import { type EventAnswer, toResponse } from "./event-answer.ts";
import { checkHub } from "./event-handler-options.ts";
import { systemClock } from "./event-ports.ts";
import type { EventRequest } from "./event-request.ts";

/** The least of a `WebPubSubServiceClient` that hands out tokens. */
export interface TokenClientLike {
  getClientAccessToken(options: {
    userId?: string;
    expirationTimeInMinutes?: number;
  }): Promise<{ url: string }>;
}

/** For whom a token is. */
export interface NegotiatedUser {
  /** Comes to `authenticate` as `claims.sub`, a list of one. (Default: nobody is named) */
  userId?: string | undefined;
  /** What the client says `hello` with, where `authenticate` looks at a token of your own. */
  token?: string | undefined;
}

/** Options of {@link createNegotiator}. */
export interface NegotiatorOptions {
  /** The hub. */
  hub: string;
  /** The resource's `Endpoint=…;AccessKey=…;Version=1.0;`: tokens are made here, without a request. */
  connectionString?: string | undefined;
  /** In place of it, a `WebPubSubServiceClient` of the hub, as where there are no keys. */
  client?: TokenClientLike | undefined;
  /** Pages that may ask: exact origins, or `*`. (Default: only the page's own origin) */
  origins?: readonly string[] | undefined;
  /**
   * Says who asks, by a cookie or a header. A `RejectedError` is answered 401. (Default: everybody may
   * connect, and is whoever `authenticate` says)
   */
  identify?: ((request: EventRequest) => NegotiatedUser | Promise<NegotiatedUser>) | undefined;
  /**
   * How long a client has for its connect, in milliseconds, 1,000 to 86,400,000; a client of the SDK rounds up
   * to minutes. (Default: 300,000)
   */
  ttlMs?: number | undefined;
  /** (Default: the system's) */
  clock?: Pick<Clock, "now"> | undefined;
}

/** Answers clients with `{ url, token? }`, the shape that `negotiate` of `createClient` resolves to. */
export type Negotiator = (request: EventRequest) => Promise<Response>;

const KNOWN = ["hub", "connectionString", "client", "origins", "identify", "ttlMs", "clock"];
const MAX_TTL_MS = 24 * 60 * 60_000;
const METHODS = "GET, POST";

/**
 * Creates the function that gives clients their URL with a short-lived token. The token holds no role:
 * whoever has it can send to the event handler and to nobody else. It rejects with what `client` and
 * `identify` reject with, a `RejectedError` apart.
 *
 * @param options The hub, and who may ask.
 * @returns A function for whatever serves requests, by GET, POST and, for other origins, OPTIONS.
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function createNegotiator(options: NegotiatorOptions): Negotiator {
  checkKnown("createNegotiator", options, KNOWN);
  const { hub, origins = [], identify, ttlMs = 5 * 60_000 } = options;
  checkHub(hub);
  checkRange("ttlMs", ttlMs, 1000, MAX_TTL_MS);
  if (identify !== undefined && typeof identify !== "function") {
    throw new InvalidArgumentError("identify must be a function");
  }
  if (!Array.isArray(origins)) throw new InvalidArgumentError("origins must be a list");
  const urlFor = createUrls(options, ttlMs);

  async function grant(request: EventRequest): Promise<EventAnswer> {
    try {
      const { userId, token } = (await identify?.(request)) ?? {};
      return json(200, { url: await urlFor(userId), ...(token !== undefined && { token }) });
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return json(401, { code: "unauthenticated", reason: error.reason });
    }
  }

  return async (request) => {
    const origin = request.headers.get("origin");
    const isForeign = origin !== null && !origins.includes("*") && !origins.includes(origin);
    if (isForeign && !isOwn(request, origin)) return toResponse(json(403, { code: "forbidden" }));
    const cors = { Vary: "Origin", ...(origin !== null && { [ALLOW("Origin")]: origin }) };
    const answer = await answerTo(request, grant);
    return toResponse({ ...answer, headers: { ...answer.headers, ...cors } });
  };
}

const ALLOW = (what: string) => `Access-Control-Allow-${what}`;

async function answerTo(
  request: EventRequest,
  grant: (request: EventRequest) => Promise<EventAnswer>,
): Promise<EventAnswer> {
  if (request.method === "GET" || request.method === "POST") return grant(request);
  if (request.method !== "OPTIONS") return json(405, { code: "bad_method" });
  const allowed = {
    [ALLOW("Methods")]: METHODS,
    [ALLOW("Headers")]: "Authorization, Content-Type",
  };
  return { status: 204, headers: allowed };
}

function createUrls(
  { connectionString, client, hub, clock = systemClock }: NegotiatorOptions,
  ttlMs: number,
): (userId: string | undefined) => Promise<string> {
  if ((connectionString === undefined) === (client === undefined)) {
    throw new InvalidArgumentError("either connectionString or client must be given");
  }
  if (client) {
    if (typeof client.getClientAccessToken !== "function") {
      throw new InvalidArgumentError("client must be a WebPubSubServiceClient");
    }
    const expirationTimeInMinutes = Math.ceil(ttlMs / 60_000);
    return async (userId) => {
      const named = userId === undefined ? {} : { userId };
      return (await client.getClientAccessToken({ ...named, expirationTimeInMinutes })).url;
    };
  }
  const { endpoint, accessKey } = parseConnectionString(connectionString);
  const address = `${endpoint.replace(/^http/, "ws")}/client/hubs/${hub}`;
  return async (userId) => {
    const issuedAt = clock.now();
    const token = createClientToken(accessKey, { endpoint, hub, userId, issuedAt, ttlMs });
    return `${address}?access_token=${token}`;
  };
}

/** A page asks its own server. */
function isOwn({ url, headers }: EventRequest, origin: string): boolean {
  const host = URL.canParse(url) ? new URL(url).host : headers.get("host");
  return URL.canParse(origin) && new URL(origin).host === host;
}

function json(status: number, value: object): EventAnswer {
  return {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: JSON.stringify(value),
  };
}
