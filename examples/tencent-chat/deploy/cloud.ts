import COS from "cos-nodejs-sdk-v5";
import { apigateway } from "tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/index.js";
import { cam } from "tencentcloud-sdk-nodejs/tencentcloud/services/cam/index.js";
import { scf } from "tencentcloud-sdk-nodejs/tencentcloud/services/scf/index.js";
import type { Settings } from "./settings.ts";

/** The official clients, and what every step says while it works. */
export interface Cloud {
  readonly scf: InstanceType<typeof scf.v20180416.Client>;
  readonly cam: InstanceType<typeof cam.v20190116.Client>;
  readonly apigateway: InstanceType<typeof apigateway.v20180808.Client>;
  readonly cos: COS;
  /** Tells the person at the terminal. */
  say(line: string): void;
  /** Waits between two looks at something that takes its time. */
  sleep(ms: number): Promise<void>;
}

/** Where the clients send their requests, if not to Tencent Cloud; for tests. */
export interface CloudEndpoints {
  /** Host and port of the API. */
  api: string;
  /** The `Domain` of COS. */
  cos: string;
}

/** Creates the clients. */
export function createCloud(settings: Settings, endpoints?: CloudEndpoints): Cloud {
  const { secretId, secretKey, token, region } = settings;
  const httpProfile = endpoints ? { endpoint: endpoints.api, protocol: "http://" } : {};
  const config = {
    credential: { secretId, secretKey, ...(token ? { token } : {}) },
    region,
    profile: { httpProfile: { reqTimeout: 60, ...httpProfile }, language: "en-US" as const },
  };
  return {
    scf: new scf.v20180416.Client(config),
    cam: new cam.v20190116.Client(config),
    apigateway: new apigateway.v20180808.Client(config),
    cos: new COS({
      ...{ SecretId: secretId, SecretKey: secretKey, Timeout: 10_000 },
      ...(token ? { SecurityToken: token } : {}),
      ...(endpoints ? { Domain: endpoints.cos } : {}),
    }),
    say: console.log,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

/** Whether a request failed since what it names is not there, or not any more. */
function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /NotFound|NotExist|NoSuch/i.test(code);
}

/** Whether a request failed since what it makes is there already. */
export function isTaken(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /InUse|AlreadyOwned/i.test(code);
}

/** Answers undefined if what was asked for is not there. */
export async function ifThere<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
