/** What a deployment is told by its environment. */
export interface Settings {
  /** Begins the names of everything that is made. */
  readonly name: string;
  readonly region: string;
  /** The pages that may connect: exact origins, separated by commas; `null` stands for programs. */
  readonly origins: string;
  /** A Redis in the VPC, for a Web Function with several instances. Goes to the function only. */
  readonly redisUrl: string | undefined;
  /** The VPC of that Redis. */
  readonly vpc: { readonly vpcId: string; readonly subnetId: string } | undefined;
  /** Who deploys. */
  readonly secretId: string;
  readonly secretKey: string;
  readonly token: string | undefined;
}

/** Thrown when the command line or the environment is wrong; the message is meant for the terminal. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Reads the settings from the environment.
 *
 * @throws UsageError naming the variable and what it wants.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const required = (name: string) => {
    const value = env[name];
    if (!value) throw new UsageError(`set ${name}; the README says to what`);
    return value;
  };
  const name = env.NAME ?? "hubbub-chat";
  if (!/^[a-z][a-z0-9-]{1,28}[a-z0-9]$/.test(name)) {
    throw new UsageError(`NAME wants 3 to 30 of a-z, 0-9 and -, got ${JSON.stringify(name)}`);
  }
  const { VPC_ID: vpcId, SUBNET_ID: subnetId } = env;
  if (env.REDIS_URL && !(vpcId && subnetId)) {
    throw new UsageError("REDIS_URL wants VPC_ID and SUBNET_ID: the network that the Redis is in");
  }
  return {
    ...{ name, region: required("TENCENTCLOUD_REGION"), origins: env.ORIGINS ?? DEFAULT_ORIGINS },
    redisUrl: env.REDIS_URL,
    vpc: vpcId && subnetId ? { vpcId, subnetId } : undefined,
    secretId: required("TENCENTCLOUD_SECRET_ID"),
    secretKey: required("TENCENTCLOUD_SECRET_KEY"),
    token: env.TENCENTCLOUD_TOKEN,
  };
}

const DEFAULT_ORIGINS = "http://localhost:4000,null";
