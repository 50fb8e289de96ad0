import { type Bundles, packEventFunctions } from "../bundle.ts";
import { putGateway, removeGateway } from "./api-gateway.ts";
import { putBucket, removeBucket } from "./bucket.ts";
import type { Cloud } from "./cloud.ts";
import { EVENTS, functionName } from "./event-names.ts";
import {
  configure,
  environment,
  type FunctionSettings,
  putFunction,
  removeFunction,
} from "./function.ts";
import { bucketOf, PREFIX, putRole, removeRole } from "./role.ts";
import type { Settings } from "./settings.ts";
import { appIdOf } from "./web-function.ts";

/** One of the three functions. All have the same code and know the push URL, once there is one. */
function eventFunction(
  settings: Settings,
  event: (typeof EVENTS)[number],
  { role, appId, pushUrl }: { role: string; appId: number; pushUrl?: string },
): FunctionSettings {
  const { region, origins } = settings;
  return {
    FunctionName: functionName(settings, event),
    Description: `A chat on hubbub: ${event}`,
    Type: "Event",
    Handler: `index.${event}`,
    Runtime: "Nodejs20.19",
    MemorySize: 256,
    Timeout: 30,
    Role: role,
    Environment: environment({
      BUCKET: bucketOf(settings, appId),
      REGION: region,
      PREFIX,
      ORIGINS: origins,
      PUSH_URL: pushUrl,
    }),
  } satisfies FunctionSettings;
}

/**
 * Deploys the chat as three event functions behind API Gateway. Where to push is known only when there is
 * a gateway, so the functions are told in the end: one command does both.
 */
export async function deployEventFunctions(
  cloud: Cloud,
  settings: Settings,
  bundles: Bundles,
): Promise<void> {
  const appId = await appIdOf(cloud);
  await putBucket(cloud, { Bucket: bucketOf(settings, appId), Region: settings.region });
  const role = await putRole(cloud, settings, appId);
  const zip = packEventFunctions(bundles);
  for (const event of EVENTS) {
    await putFunction(cloud, eventFunction(settings, event, { role, appId }), zip);
  }
  const { url, pushUrl } = await putGateway(cloud, settings);
  for (const event of EVENTS) {
    await configure(cloud, eventFunction(settings, event, { role, appId, pushUrl }));
  }
  cloud.say(`the functions push to ${pushUrl}`);
  cloud.say(`connect to ${url}`);
}

/** Removes gateway, functions, role and bucket, with everything that was said. */
export async function removeEventFunctions(cloud: Cloud, settings: Settings): Promise<void> {
  const appId = await appIdOf(cloud);
  await removeGateway(cloud, settings);
  for (const event of EVENTS) await removeFunction(cloud, functionName(settings, event));
  await removeRole(cloud, settings);
  await removeBucket(cloud, { Bucket: bucketOf(settings, appId), Region: settings.region });
}
