import { InvalidArgumentError } from "@hubbub/core";
import type COS from "cos-nodejs-sdk-v5";
import {
  type CosCredentialsProvider,
  type CosKeyPair,
  environmentCredentials,
} from "./cos-credentials.ts";
import { NO_CREDENTIALS } from "./cos-errors.ts";
import type { CosLike } from "./cos-options.ts";

/** Options of {@link createCosClient}. */
export interface CosClientOptions {
  /** Keys, or what gives them. (Default: those of the execution role, from the environment) */
  credentials?: CosKeyPair | CosCredentialsProvider | undefined;
  /**
   * How long one try of a request may take, in milliseconds; the SDK makes four of them if there is no
   * answer. (Default: 2,000)
   */
  timeoutMs?: number | undefined;
  /** PUTs that run at once; the SDK's own default is 3. (Default: 64) */
  maxPuts?: number | undefined;
  /**
   * Instead of Tencent's hosts: `http://127.0.0.1:<port>` of a local COS with one bucket, or a pattern
   * with `{Bucket}` and `{Region}`. (Default: the environment's `COS_DOMAIN`, else Tencent's hosts)
   */
  domain?: string | undefined;
}

const MAX_TIMEOUT_MS = 900_000;

/**
 * Creates a client of the official SDK with what it lacks by default: a time-out, room for more than
 * three PUTs at once, and keys that may change. The SDK is loaded with the first request.
 *
 * @param options Keys and times.
 * @returns A client for {@link createCosConnectionStore} and {@link createCosRoomLog}.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createCosClient(options: CosClientOptions = {}): CosLike {
  const settings = resolve(options);
  let loading: Promise<COS> | undefined;
  const client = async () => {
    await askForKeys(settings.provide);
    loading ??= load(settings);
    return loading;
  };
  return {
    putObject: async (params) => (await client()).putObject({ ...params }),
    getObject: async (params) => (await client()).getObject(params),
    deleteObject: async (params) => (await client()).deleteObject(params),
    deleteMultipleObject: async (params) => (await client()).deleteMultipleObject(params),
    getBucket: async (params) => (await client()).getBucket(params),
  };
}

/** Asks for keys; the SDK has no way to hand on why there are none. */
async function askForKeys(provide: CosCredentialsProvider): Promise<void> {
  try {
    await provide();
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw Object.assign(new Error(message, { cause: error }), { code: NO_CREDENTIALS });
  }
}

interface Settings {
  provide: CosCredentialsProvider;
  timeoutMs: number;
  maxPuts: number;
  domain: string | undefined;
}

function resolve(options: CosClientOptions): Settings {
  const { credentials = environmentCredentials, timeoutMs = 2_000, maxPuts = 64 } = options;
  checkWhole("timeoutMs", timeoutMs, MAX_TIMEOUT_MS);
  checkWhole("maxPuts", maxPuts, 10_000);
  const { domain = process.env.COS_DOMAIN || undefined } = options;
  if (domain !== undefined && (typeof domain !== "string" || domain === "")) {
    throw new InvalidArgumentError("domain must be like http://127.0.0.1:9000");
  }
  if (typeof credentials === "function") {
    return { provide: credentials, timeoutMs, maxPuts, domain };
  }
  const { secretId, secretKey } = credentials ?? {};
  if (!secretId || !secretKey) {
    throw new InvalidArgumentError(
      "credentials must be a function, or have secretId and secretKey",
    );
  }
  return { provide: () => credentials, timeoutMs, maxPuts, domain };
}

function checkWhole(name: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new InvalidArgumentError(
    `${name} must be a whole number from 1 to ${max}, got ${String(value)}`,
  );
}

/** The SDK is CommonJS, large, and slow to load: who never asks anything of COS never loads it. */
async function load({ provide, timeoutMs, maxPuts, domain }: Settings): Promise<COS> {
  const { default: Sdk } = await import("cos-nodejs-sdk-v5");
  return new Sdk({
    Timeout: timeoutMs,
    FileParallelLimit: maxPuts,
    AutoSwitchHost: false, // The other host is in no policy and in no certificate of the user's.
    ...(domain !== undefined && { Domain: domain }),
    getAuthorization(request, callback) {
      // Signed here: the SDK would keep temporary keys until their end, whatever is given meanwhile.
      sign(Sdk, request, provide).then(callback, () => {
        callback(authorization("")); // The keys have gone between two lines: the SDK refuses it.
      });
    },
  });
}

async function sign(
  Sdk: typeof COS,
  request: COS.GetAuthorizationOptions,
  provide: CosCredentialsProvider,
): Promise<COS.Credentials> {
  const { secretId: SecretId, secretKey: SecretKey, sessionToken } = await provide();
  const { Method, Pathname, Query, Headers, SystemClockOffset } = request;
  const parts = { Method, Pathname, Query, Headers, SystemClockOffset };
  const Authorization = Sdk.getAuthorization({ SecretId, SecretKey, ...parts });
  return authorization(Authorization, sessionToken);
}

/** A signature as the SDK takes it; its types know of it only as a text, which can't carry a token. */
function authorization(Authorization: string, SecurityToken?: string) {
  return { Authorization, ...(SecurityToken && { SecurityToken }) } as unknown as COS.Credentials;
}
