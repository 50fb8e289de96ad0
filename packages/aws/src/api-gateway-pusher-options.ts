import { type Clock, InvalidArgumentError, type Logger, type Meter } from "@hubbub/core";
import type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";
import { type ApiGatewayEndpoint, parseApiGatewayEndpoint } from "./api-gateway-endpoint.ts";

/** Options of {@link createApiGatewayPusher}. */
export interface ApiGatewayPusherOptions {
  /** The stage's callback URL: `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  endpoint: string;
  /** The API's region. (Default: the one in `endpoint`, else `AWS_REGION`) */
  region?: string | undefined;
  /** Credentials, or what gives them. (Default: the SDK's default provider chain, environment variables first) */
  credentials?: AwsCredentials | AwsCredentialProvider | undefined;
  /** `own` signs by itself on connections of its own; `sdk` posts with the official client. (Default: `own`) */
  transport?: "own" | "sdk" | undefined;
  /** How long a send may take, retry and all, in milliseconds. (Default: 3,000) */
  timeoutMs?: number | undefined;
  /** Connections at once, opened when needed; further sends wait. (Default: 256) */
  maxSockets?: number | undefined;
  /** A connection that was idle for longer is not used again, in milliseconds. (Default: 30,000) */
  idleMs?: number | undefined;
  /** Certificates to trust instead of Node's, in PEM. Certificates are always verified. */
  ca?: string | Buffer | undefined;
  /**
   * When a connection was opened, in milliseconds since the Unix epoch. Asked after a 410, which the
   * gateway also answers while `$connect` is still running: within its first 10 seconds a connection is
   * `throttled`, not `gone`. (Default: not known, every 410 is `gone`)
   */
  connectedAt?: ((connectionId: string) => MaybeAsync<number | undefined>) | undefined;
  /** (Default: the system's) */
  clock?: Clock | undefined;
  /** Spreads retries. (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** Counts a `push` for each request of the own transport, each send of the SDK's. */
  meter?: Meter | undefined;
  /** Told what was repaired. (Default: nobody) */
  logger?: Logger | undefined;
}

type MaybeAsync<T> = T | Promise<T>;

/** The options with their defaults, checked. */
export interface ResolvedPusherOptions
  extends Pick<ApiGatewayPusherOptions, "credentials" | "ca" | "connectedAt" | "meter" | "logger"> {
  readonly endpoint: ApiGatewayEndpoint;
  readonly region: string;
  readonly transport: "own" | "sdk";
  readonly timeoutMs: number;
  readonly maxSockets: number;
  readonly idleMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

/** Fills in the defaults. Throws InvalidArgumentError, naming the option that is wrong. */
export function resolvePusherOptions(options: ApiGatewayPusherOptions): ResolvedPusherOptions {
  const { transport = "own", clock = systemClock, random = Math.random } = options;
  const endpoint = parseApiGatewayEndpoint(options.endpoint);
  if (transport !== "own" && transport !== "sdk") {
    throw new InvalidArgumentError(`transport must be "own" or "sdk", got ${transport}`);
  }
  return {
    ...options,
    endpoint,
    region: regionOf(options.region, endpoint),
    transport,
    timeoutMs: positive("timeoutMs", options.timeoutMs ?? 3000),
    maxSockets: positive("maxSockets", options.maxSockets ?? 256),
    idleMs: positive("idleMs", options.idleMs ?? 30_000),
    clock,
    random,
  };
}

function regionOf(given: string | undefined, endpoint: ApiGatewayEndpoint): string {
  const region = given ?? endpoint.region ?? process.env.AWS_REGION ?? "";
  if (!/^[a-z0-9-]+$/.test(region)) {
    throw new InvalidArgumentError("region must name the API's region, such as eu-west-1");
  }
  if (endpoint.region !== undefined && endpoint.region !== region) {
    throw new InvalidArgumentError(
      `region must be that of endpoint, ${endpoint.region}, got ${region}`,
    );
  }
  return region;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError(`${name} must be a whole number of at least 1, got ${value}`);
}
