import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { drawDelay } from "../../shared/delay-range.ts";
import { sleep } from "../../shared/local-clock.ts";
import { readBody } from "../../shared/read-body.ts";
import type { CosBucket } from "./cos-bucket.ts";
import { CosError, isCosErrorCode } from "./cos-error.ts";
import type { CosFault, CosRequest } from "./cos-faults.ts";
import { type CosHttpRequest, parseCosRequest } from "./cos-http-request.ts";
import { createCosLimiter } from "./cos-limits.ts";
import { COS_OPERATIONS, type CosAnswer, keysOf } from "./cos-operations.ts";
import type { ResolvedCosOptions } from "./cos-options.ts";
import { type CosSignedRequest, refuseCosSignature } from "./cos-signature.ts";
import { document, element } from "./cos-xml.ts";
import type { CosLogEntry } from "./local-cos.ts";

const MAX_LOG = 100_000;

/** Creates what answers requests. */
export function createCosService(
  settings: ResolvedCosOptions,
  buckets: ReadonlyMap<string, CosBucket>,
  log: CosLogEntry[],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clock, credentials, latency, random, faults, maxBodyBytes } = settings;
  const allow = createCosLimiter(settings.limits, clock);

  const refuse = (signed: CosSignedRequest) =>
    credentials && refuseCosSignature(signed, { credentials, now: clock.now() });
  const isSigned = (signed: CosSignedRequest) => credentials !== undefined && !refuse(signed);

  /** The bucket, if the request may be done. */
  function admit(request: CosHttpRequest, described: CosRequest): CosBucket {
    if (credentials) {
      const refusals = request.signed.map(refuse);
      const [refusal] = refusals;
      if (refusal && refusals.every(Boolean)) throw new CosError(refusal.code, refusal.message);
    }
    const bucket = buckets.get(request.bucket);
    if (!bucket) throw new CosError("NoSuchBucket");
    const keys = request.action === "DeleteMultipleObjects" ? keysOf(String(request.body)) : [];
    if (!allow(described, keys.length)) throw new CosError("SlowDown");
    return bucket;
  }

  /** Does what is asked, or fails on demand. */
  async function perform(request: CosHttpRequest, described: CosRequest, fault: CosFault) {
    const bucket = admit(request, described);
    await sleep(clock, (fault.delayMs ?? 0) + drawDelay(latency.requestMs ?? 0, random));
    const { error, afterEffect = error === "half-answer", listing } = fault;
    let answer: CosAnswer | undefined;
    if (!error || afterEffect) {
      answer = COS_OPERATIONS[request.action](bucket, request, listing);
    }
    await sleep(clock, drawDelay(latency.answerMs ?? 0, random));
    if (error && isCosErrorCode(error)) throw new CosError(error);
    return answer;
  }

  /** Notes a request, answers it, and notes the answer. */
  async function handle(request: CosHttpRequest, http: Http): Promise<void> {
    const described = describe(request);
    const logged: CosLogEntry = { ...described, at: clock.now(), status: 0 };
    log.push(logged);
    if (log.length > MAX_LOG) log.shift();
    try {
      const fault = faults.requests?.(described) ?? {};
      const answer = await perform(request, described, fault);
      if (fault.error === "hang") return;
      if (!answer || fault.error === "no-answer") return void http.response.destroy();
      const half = fault.error === "half-answer";
      logged.status = half ? 0 : answer.status;
      send(http, answer, half);
    } catch (error) {
      if (!(error instanceof CosError)) throw error;
      Object.assign(logged, { status: error.status, code: error.code });
      sendError(http, error, `${request.bucket}.cos.local.myqcloud.com/${request.key}`);
    }
  }

  return async (incoming, response) => {
    const http: Http = { request: incoming, response, now: clock.now };
    try {
      const body = await readBody(incoming, maxBodyBytes);
      if (!body) throw new CosError("EntityTooLarge");
      const request = parseCosRequest(incoming, body, [...buckets.keys()], isSigned);
      await handle(request, http);
    } catch (error) {
      if (!(error instanceof CosError)) throw error;
      sendError(http, error, incoming.url?.replace(/\?.*$/s, "") ?? "/");
    }
  };
}

function describe({ action, bucket, key, query, headers }: CosHttpRequest): CosRequest {
  return {
    action,
    bucket,
    key: action === "GetBucket" ? (query.get("prefix") ?? "") : key,
    retry: headers.get("x-cos-sdk-retry") === "true",
  };
}

interface Http {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly now: () => number;
}

function send({ request, response, now }: Http, answer: CosAnswer, half: boolean): void {
  const { status, headers = {}, body = "" } = answer;
  const bytes = Buffer.from(body);
  const length = status === 204 || status === 304 ? {} : { "content-length": bytes.length };
  response.writeHead(status, { ...commonHeaders(now), ...length, ...headers });
  if (half) {
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return;
  }
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function sendError(http: Http, { code, status, message }: CosError, resource: string): void {
  const { response, request, now } = http;
  const headers = commonHeaders(now);
  const root = element("Error", [
    element("Code", code),
    element("Message", message),
    element("Resource", resource),
    element("RequestId", headers["x-cos-request-id"]),
    element("TraceId", headers["x-cos-trace-id"]),
  ]);
  const body = Buffer.from(document(root));
  const xml = { "content-type": "application/xml", "content-length": body.length };
  response.writeHead(status, { ...headers, ...xml });
  response.end(request.method === "HEAD" ? undefined : body);
}

function commonHeaders(now: () => number) {
  return {
    server: "tencent-cos",
    date: new Date(now()).toUTCString(),
    "x-cos-request-id": randomBytes(24).toString("base64"),
    "x-cos-trace-id": randomBytes(24).toString("base64"),
  };
}
