import { InvalidArgumentError } from "@hubbub/core";

/** Keys of Tencent Cloud: the temporary ones of an execution role, or permanent ones. */
export interface CosKeyPair {
  secretId: string;
  secretKey: string;
  /** Of temporary keys. */
  securityToken?: string | undefined;
}

/** Gives the keys that are good now; asked before every request, so it remembers them by itself. */
export type CosCredentialsProvider = () => CosKeyPair | Promise<CosKeyPair>;

/**
 * Reads the keys of the execution role from the environment of an event function, anew each time:
 * `TENCENTCLOUD_SECRETID`, `TENCENTCLOUD_SECRETKEY`, `TENCENTCLOUD_SESSIONTOKEN` (583/32748).
 *
 * @throws InvalidArgumentError if there are none.
 */
export const environmentCredentials: CosCredentialsProvider = () => {
  const { TENCENTCLOUD_SECRETID: secretId, TENCENTCLOUD_SECRETKEY: secretKey } = process.env;
  const securityToken = process.env.TENCENTCLOUD_SESSIONTOKEN;
  if (!secretId || !secretKey) {
    throw new InvalidArgumentError(
      "there are no keys in TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY: give the function an execution role, or pass credentials",
    );
  }
  return { secretId, secretKey, ...(securityToken && { securityToken }) };
};

/** Keys that are replaced while they are in use. */
export interface CosKeyHolder {
  /** Replaces the keys; requests that begin from now on are signed with them. */
  replace(keys: CosKeyPair): void;
  /** Gives the keys, or waits for the first ones. Pass it as `credentials`. */
  readonly provide: CosCredentialsProvider;
}

/**
 * Creates a holder of keys, for platforms that hand them over now and then: a Web Function gets those of
 * its execution role with every upgrade.
 *
 * @param keys The first ones. (Default: none yet, requests wait for them)
 * @returns The holder.
 */
export function createCosKeyHolder(keys?: CosKeyPair): CosKeyHolder {
  let current = keys;
  let arrive: (keys: CosKeyPair) => void = () => undefined;
  const first = new Promise<CosKeyPair>((resolve) => {
    arrive = resolve;
  });
  return {
    replace(next) {
      current = next;
      arrive(next);
    },
    provide: () => current ?? first,
  };
}
