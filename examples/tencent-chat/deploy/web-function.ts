import type { CreateTriggerRequest } from "tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js";
import { type Bundles, packWebFunction } from "../bundle.ts";
import { putBucket, removeBucket } from "./bucket.ts";
import { type Cloud, ifThere } from "./cloud.ts";
import { environment, type FunctionSettings, putFunction, removeFunction } from "./function.ts";
import { bucketOf, PREFIX, putRole, removeRole } from "./role.ts";
import type { Settings } from "./settings.ts";

const MEMORY_MB = 512;
const TIMEOUT_SECONDS = 7200; // The longest there is.
const IDLE_SECONDS = 600; // Within every bound that the documents name.
const TRIGGER = "url";

/** The function. A WebSocket is one invocation, so its time-out is the longest that a connection lives. */
function webFunction(settings: Settings, role: string, appId: number): FunctionSettings {
  const { name, region, origins, redisUrl, vpc } = settings;
  return {
    FunctionName: name,
    Description: "A chat on hubbub",
    Type: "HTTP",
    ProtocolType: "WS", // Only `CreateFunction` takes it: a plain function can't become one.
    ProtocolParams: { WSParams: { IdleTimeOut: IDLE_SECONDS } },
    Runtime: "Nodejs20.19",
    MemorySize: MEMORY_MB,
    Timeout: TIMEOUT_SECONDS,
    Role: role,
    InstanceConcurrencyConfig: { DynamicEnabled: "FALSE", MaxConcurrency: 100 },
    ...(vpc ? { VpcConfig: { VpcId: vpc.vpcId, SubnetId: vpc.subnetId } } : {}),
    Environment: environment({
      BUCKET: bucketOf(settings, appId),
      REGION: region,
      PREFIX,
      ORIGINS: origins,
      TIMEOUT_MS: String(1000 * TIMEOUT_SECONDS), // Nothing else tells it to the function.
      IDLE_TIMEOUT_MS: String(1000 * IDLE_SECONDS),
      REDIS_URL: redisUrl,
    }),
  } satisfies FunctionSettings;
}

/** The address on the internet. Who may connect is the chat's business: browsers can't sign requests. */
function functionUrl(name: string): CreateTriggerRequest {
  return {
    FunctionName: name,
    TriggerName: TRIGGER,
    Type: "http",
    Qualifier: "$DEFAULT",
    TriggerDesc: JSON.stringify({
      AuthType: "NONE",
      NetConfig: { EnableIntranet: false, EnableExtranet: true },
      CorsConfig: { Enable: false },
    }),
  } satisfies CreateTriggerRequest;
}

/** Deploys the chat as a Web Function, or brings it up to date. */
export async function deployWebFunction(
  cloud: Cloud,
  settings: Settings,
  bundles: Bundles,
): Promise<void> {
  const { name, region, redisUrl } = settings;
  const appId = await appIdOf(cloud);
  await putBucket(cloud, { Bucket: bucketOf(settings, appId), Region: region });
  const role = await putRole(cloud, settings, appId);
  await putFunction(cloud, webFunction(settings, role, appId), packWebFunction(bundles));
  if (redisUrl) await cloud.scf.DeleteReservedConcurrencyConfig({ FunctionName: name });
  // Without a Redis there is one instance: several would not know of each other.
  else {
    const ReservedConcurrencyMem = MEMORY_MB;
    await cloud.scf.PutReservedConcurrencyConfig({ FunctionName: name, ReservedConcurrencyMem });
  }
  cloud.say(`connect to ${await urlOf(cloud, name)}`);
}

/** Removes the function, the role and the bucket, with everything that was said. */
export async function removeWebFunction(cloud: Cloud, settings: Settings): Promise<void> {
  const appId = await appIdOf(cloud);
  await removeFunction(cloud, settings.name);
  await removeRole(cloud, settings);
  await removeBucket(cloud, { Bucket: bucketOf(settings, appId), Region: settings.region });
}

/** The account's number, which is part of a bucket's name. */
export async function appIdOf({ cam }: Cloud): Promise<number> {
  const { AppId } = await cam.GetUserAppId();
  if (AppId === undefined) throw new Error("Tencent Cloud did not tell the account's APPID");
  return AppId;
}

async function urlOf(cloud: Cloud, name: string): Promise<string> {
  const FunctionName = name;
  const listed = await ifThere(cloud.scf.ListTriggers({ FunctionName }));
  const trigger = listed?.Triggers?.find(({ TriggerName }) => TriggerName === TRIGGER);
  if (!trigger) {
    const { TriggerInfo } = await cloud.scf.CreateTrigger(functionUrl(name));
    return urlIn(TriggerInfo?.TriggerDesc);
  }
  return urlIn(trigger.TriggerDesc);
}

/** The address out of a trigger's description: the public one, as a WebSocket's. */
function urlIn(description = ""): string {
  const hosts = description.match(/[a-z0-9.-]+\.tencentscf\.com/g) ?? [];
  const host = hosts.find((each) => !each.includes(".in."));
  return host ? `wss://${host}/` : "the function URL that the console shows, as wss://";
}
