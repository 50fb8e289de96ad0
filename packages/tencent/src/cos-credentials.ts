import { InvalidArgumentError } from "@hubbub/core";

/** Keys of Tencent Cloud: the temporary ones of an execution role, or permanent ones. */
export interface CosKeyPair {
  secretId: string;
  secretKey: string;
  /** Of temporary keys. */
  sessionToken?: string | undefined;
}

/**
 * Gives the keys that are good now; asked before every request, so it remembers them by itself. On a Web
 * Function it is the `get` of `createScfCredentials`.
 */
export type CosCredentialsProvider = () => CosKeyPair | Promise<CosKeyPair>;

/**
 * Reads the keys of the execution role from the environment of an event function, anew each time:
 * `TENCENTCLOUD_SECRETID`, `TENCENTCLOUD_SECRETKEY`, `TENCENTCLOUD_SESSIONTOKEN` (583/32748).
 *
 * @throws InvalidArgumentError if there are none.
 */
export const environmentCredentials: CosCredentialsProvider = () => {
  const { TENCENTCLOUD_SECRETID: secretId, TENCENTCLOUD_SECRETKEY: secretKey } = process.env;
  const sessionToken = process.env.TENCENTCLOUD_SESSIONTOKEN;
  if (!secretId || !secretKey) {
    throw new InvalidArgumentError(
      "there are no keys in TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY: give the function an execution role, or pass credentials",
    );
  }
  return { secretId, secretKey, ...(sessionToken && { sessionToken }) };
};
