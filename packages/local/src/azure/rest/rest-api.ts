import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sleep } from "../../shared/local-clock.ts";
import { readBody } from "../../shared/read-body.ts";
import { createTokenBucket } from "../../shared/token-bucket.ts";
import type { WorkTracker } from "../../shared/work-tracker.ts";
import type { Hub } from "../hub.ts";
import { isGroupName, isHubName } from "../hub-names.ts";
import type { ResolvedWebPubSubOptions } from "../resolve-web-pubsub-options.ts";
import type { RestFault } from "../web-pubsub-faults.ts";
import { isApiVersion, NEWEST_VERSION, VERSION_HEADERS } from "./api-versions.ts";
import { CONNECTION_ROUTES } from "./connection-routes.ts";
import { GROUP_ROUTES } from "./group-routes.ts";
import { MESSAGE_ROUTES } from "./message-routes.ts";
import { PERMISSION_ROUTES } from "./permission-routes.ts";
import { refuseRequest } from "./rest-auth.ts";
import { badRequest, notFound, type RestReply, restError, tooMany } from "./rest-reply.ts";
import { matchPath, type RestRoute } from "./rest-route.ts";
import { TOKEN_ROUTES } from "./token-routes.ts";

const ROUTES: readonly RestRoute[] = [
  ...[...MESSAGE_ROUTES, ...CONNECTION_ROUTES, ...GROUP_ROUTES],
  ...[...PERMISSION_ROUTES, ...TOKEN_ROUTES],
];
const MAX_BODY_BYTES = 1024 * 1024;
const HUB_PATH = /^\/api\/hubs\/([^/]+)\/(.+)$/;
const SINGLE = ["api-version", "maxpagesize", "top", "continuationToken", "messageTtlSeconds"];
const SLOW_DOWN: readonly number[] = [429, 503];

/** A path of the API, decoded. */
interface Target {
  hub: string;
  parts: readonly string[];
}

/** Creates what answers requests of the data plane, and refuses all others. */
export function createRestApi(
  settings: ResolvedWebPubSubOptions & { endpoint: string },
  hubOf: (name: string) => Hub,
  tracker: WorkTracker,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, faults, keys, endpoint, throttle, trace } = settings;
  const takeToken = throttle ? createTokenBucket(throttle, clock.now) : () => true;

  /** Undefined if the request may go on. */
  function refuse(request: IncomingMessage, body: Buffer | undefined): RestReply | undefined {
    const refusal = refuseRequest(request, { keys, endpoint, now: clock.now() });
    if (refusal) return refusal;
    if (!takeToken()) return tooMany(429, 1);
    if (request.headers["transfer-encoding"]) {
      return badRequest("The body needs a Content-Length: chunks are not taken");
    }
    if (!body) return badRequest("The body has more than 1 MiB");
    return refuseQuery(new URL(request.url ?? "/", endpoint).searchParams);
  }

  function perform(request: IncomingMessage, { hub, parts }: Target, body: Buffer): RestReply {
    const matches = ROUTES.map((route) => ({ route, params: matchPath(route, parts) }));
    const known = matches.filter(({ params }) => params !== undefined);
    const found = known.find(({ route }) => route.method === request.method);
    if (!found?.params) {
      return known.length > 0 ? restError(405, "MethodNotAllowed", "") : notFound("No such route");
    }
    const problem = problemOf(hub, found.params);
    if (problem !== undefined) return badRequest(problem);
    const { url = "/", headers } = request;
    const { pathname, searchParams } = new URL(url, endpoint);
    return found.route.run({
      ...{ hub: hubOf(hub), params: found.params, query: searchParams, body, settings },
      ...{ headers, contentType: headers["content-type"] ?? "" },
      url: `http://${headers.host ?? new URL(endpoint).host}${pathname}`,
    });
  }

  function takeEffect({ effect, status }: RestReply, delayMs: number): void {
    if (!effect) return;
    if (delayMs > 0 && status === 202) tracker.track(sleep(clock, delayMs).then(effect));
    else effect();
  }

  function answer(request: IncomingMessage, target: Target, body: Buffer) {
    const { hub, parts } = target;
    const path = `/${parts.join("/")}`;
    const fault = faults.rest?.({ hub, path, method: request.method ?? "" }) ?? {};
    const reply = fault.answer && !fault.afterEffect ? undefined : perform(request, target, body);
    if (reply) takeEffect(reply, fault.deliveryDelayMs ?? 0);
    return readFault(fault) ?? reply ?? restError(500, "InternalServerError", "");
  }

  return async (request, response) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    const { method, url = "/" } = request;
    const path = url.split("?", 1)[0] ?? "";
    if (path === "/api/health") return send(response, { status: 200 });
    const target = targetOf(path);
    const refusal = target ? refuse(request, body) : notFound("There is nothing at this path");
    const reply =
      refusal ?? answer(request, target ?? { hub: "", parts: [] }, body ?? Buffer.alloc(0));
    response.setHeaders(new Map(Object.entries(VERSION_HEADERS)));
    trace(`rest ${method} ${path} -> ${typeof reply === "string" ? reply : reply.status}`);
    if (reply === "no-answer") response.destroy();
    else if (reply !== "hang") send(response, reply);
  };
}

/** Undefined if the query may stay as it is. */
function refuseQuery(query: URLSearchParams): RestReply | undefined {
  if (!isApiVersion(query.get("api-version") ?? NEWEST_VERSION)) {
    return badRequest("The api-version is not known");
  }
  const twice = SINGLE.find((name) => query.getAll(name).length > 1);
  return twice === undefined ? undefined : badRequest(`${twice} must stand once`);
}

/** What is wrong with the names in a path; undefined if nothing is. */
function problemOf(hub: string, params: Readonly<Record<string, string>>): string | undefined {
  if (!isHubName(hub)) return "The hub has no valid name";
  const { group = "g", user = "u", id = "c" } = params;
  if (!isGroupName(group)) return "A group's name has 1 to 1024 characters";
  return user.trim() && id.trim() ? undefined : "A user and a connection must have a name";
}

function targetOf(path: string): Target | undefined {
  const [, hub = "", rest = ""] = HUB_PATH.exec(path) ?? [];
  try {
    const [name = "", ...parts] = [hub, ...rest.split("/")].map(decodeURIComponent);
    return name === "" ? undefined : { hub: name.toLowerCase(), parts };
  } catch {
    return undefined; // A percent sign that encodes nothing.
  }
}

function readFault({ answer, retryAfterSeconds = 1 }: RestFault) {
  if (typeof answer !== "number") return answer;
  if (SLOW_DOWN.includes(answer)) return tooMany(answer, retryAfterSeconds);
  return restError(answer, `Status${answer}`, "A fault on demand");
}

function send(response: ServerResponse, { status, json, headers = {} }: RestReply): void {
  const text = json && JSON.stringify(json);
  const contentType = { "Content-Type": "application/json; charset=utf-8" };
  const length = { "Content-Length": Buffer.byteLength(text ?? "") };
  response.writeHead(status, {
    ...(text !== undefined && contentType),
    ...(status !== 204 && length), // The service sends no chunks.
    ...headers,
  });
  response.end(text);
}
