import { InvalidArgumentError } from "@hubbub/core";

/** Where the callback API of a stage is. */
export interface ApiGatewayEndpoint {
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  /** False only on this machine. */
  readonly secure: boolean;
  /** The value of the `host` header. */
  readonly host: string;
  /** What comes before `/@connections`; empty or with a leading slash. */
  readonly basePath: string;
  /** The region that the host names. */
  readonly region: string | undefined;
}

/** What of an event's `requestContext` names its stage. */
export interface EndpointContext {
  domainName?: string | undefined;
  apiId?: string | undefined;
  stage?: string | undefined;
}

/** The environment variables that matter. */
export interface EndpointEnvironment {
  /** The stage's callback URL, as the deployment knows it. */
  CALLBACK_URL?: string | undefined;
  AWS_REGION?: string | undefined;
}

const GATEWAY = /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;
const BASE_PATH = /^(?:\/[\w$.~-]+)*$/;
const API_ID = /^[a-z0-9]+$/;
const STAGE = /^[\w$-]+$/;
const REGION = /^[a-z0-9-]+$/;

/**
 * Takes the address of a callback API apart.
 *
 * @param endpoint Such as `https://abcd1234.execute-api.eu-west-1.amazonaws.com/prod`.
 * @throws InvalidArgumentError if it is no such URL, or not encrypted and not on this machine.
 */
export function parseApiGatewayEndpoint(endpoint: string): ApiGatewayEndpoint {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError(
      "endpoint must be the URL of a stage, such as https://abcd1234.execute-api.eu-west-1.amazonaws.com/prod",
    );
  }
  const secure = url.protocol === "https:";
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  if (!secure && !LOOPBACK.test(hostname)) {
    throw new InvalidArgumentError(
      `endpoint must begin with https: (http: only on this machine), got ${hostname}`,
    );
  }
  const basePath = url.pathname.replace(/\/$/, "");
  const bare = url.username + url.password + url.search + url.hash === "";
  if (!bare || !BASE_PATH.test(basePath)) {
    throw new InvalidArgumentError("endpoint must have nothing but a host and the path of a stage");
  }
  const port = Number(url.port) || (secure ? 443 : 80);
  const region = GATEWAY.exec(hostname)?.[2];
  const canonical = `${url.origin}${basePath}`;
  return { url: canonical, hostname, port, secure, host: url.host, basePath, region };
}

/**
 * Works out a stage's callback URL. What an event says is never taken as a host: only an execute-api
 * host of the event's own `apiId` is used as it is, any other is replaced by one in this region.
 *
 * @param context The event's `requestContext`; leave it out where there is none, as in a queue's worker.
 * @param env `CALLBACK_URL` wins; `AWS_REGION` is needed behind a custom domain. (Default: `process.env`)
 * @returns The URL for the option `endpoint`.
 * @throws InvalidArgumentError if there is not enough to go by.
 */
export function apiGatewayEndpoint(
  context: EndpointContext = {},
  env: EndpointEnvironment = process.env,
): string {
  if (env.CALLBACK_URL) return parseApiGatewayEndpoint(env.CALLBACK_URL).url;
  const { domainName = "", apiId = "", stage = "" } = context;
  if (!API_ID.test(apiId) || !STAGE.test(stage)) {
    throw new InvalidArgumentError(
      "the callback URL is unknown: set CALLBACK_URL, or pass a requestContext with apiId and stage",
    );
  }
  const [, ownId, region] = GATEWAY.exec(domainName) ?? [];
  const regional = env.AWS_REGION === undefined || region === env.AWS_REGION;
  if (ownId === apiId && regional) return `https://${domainName}/${stage}`;
  if (!REGION.test(env.AWS_REGION ?? "")) {
    throw new InvalidArgumentError(
      "the callback URL behind a custom domain needs AWS_REGION, or set CALLBACK_URL",
    );
  }
  const suffix = env.AWS_REGION?.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${apiId}.execute-api.${env.AWS_REGION}.${suffix}/${stage}`;
}
