import type { CreateFunctionRequest } from "tencentcloud-sdk-nodejs/tencentcloud/services/scf/v20180416/scf_models.js";
import { type Cloud, ifThere } from "./cloud.ts";

/** What SCF is asked to make, but for its code. */
export type FunctionSettings = Omit<CreateFunctionRequest, "Code">;

const LOOKS = 120; // At something that is being made.
const LOOK_MS = 1000;

/**
 * Makes a function or brings it up to date, and waits until it can be called.
 *
 * @param cloud The clients.
 * @param settings All but the code. What only `CreateFunction` takes stays as it was made.
 * @param zip The package.
 */
export async function putFunction(
  cloud: Cloud,
  settings: FunctionSettings,
  zip: Uint8Array,
): Promise<void> {
  const { FunctionName } = settings;
  const ZipFile = Buffer.from(zip).toString("base64");
  const there = await ifThere(cloud.scf.GetFunction({ FunctionName }));
  if (there) {
    const Handler = settings.Handler ?? "";
    await cloud.scf.UpdateFunctionCode({ FunctionName, ZipFile, ...(Handler ? { Handler } : {}) });
    await active(cloud, FunctionName);
    await configure(cloud, settings);
  } else {
    await cloud.scf.CreateFunction({ ...settings, Code: { ZipFile } });
    await active(cloud, FunctionName);
  }
  cloud.say(`function ${FunctionName}`);
}

/** Changes what can be changed of a function that is there. */
export async function configure(
  cloud: Cloud,
  { FunctionName, ...settings }: FunctionSettings,
): Promise<void> {
  const { MemorySize, Timeout, Environment, Role, VpcConfig } = settings;
  const { ProtocolParams, InstanceConcurrencyConfig } = settings;
  const changes = {
    ...{ MemorySize, Timeout, Environment, Role, VpcConfig },
    ...{ ProtocolParams, InstanceConcurrencyConfig },
  };
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  await cloud.scf.UpdateFunctionConfiguration({ FunctionName, ...Object.fromEntries(given) });
  await active(cloud, FunctionName);
}

/** Removes a function with its triggers. Repeating it changes nothing. */
export async function removeFunction(cloud: Cloud, FunctionName: string): Promise<void> {
  await ifThere(cloud.scf.DeleteFunction({ FunctionName }));
  cloud.say(`function ${FunctionName}: removed`);
}

async function active(cloud: Cloud, FunctionName: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const { Status, StatusDesc } = await cloud.scf.GetFunction({ FunctionName });
    if (Status === "Active") return;
    if (Status?.endsWith("Failed")) {
      throw new Error(`${FunctionName}: ${Status}${StatusDesc ? `, ${StatusDesc}` : ""}`);
    }
    await cloud.sleep(LOOK_MS);
  }
  throw new Error(`${FunctionName} is not ready after ${(LOOKS * LOOK_MS) / 1000} seconds`);
}

/** Variables as SCF takes them; those that are undefined are left out. */
export function environment(variables: Record<string, string | undefined>): {
  Variables: { Key: string; Value: string }[];
} {
  const given = Object.entries(variables);
  return {
    Variables: given.flatMap(([Key, Value]) => (Value === undefined ? [] : [{ Key, Value }])),
  };
}
