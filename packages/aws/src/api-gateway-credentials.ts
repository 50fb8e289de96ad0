import { type Clock, InvalidArgumentError, type Logger } from "@hubbub/core";
import type { SigningKeys } from "./sign-v4.ts";

/** AWS credentials, in the form in which the SDKs have them. */
export interface AwsCredentials extends SigningKeys {
  /** When they end. (Default: never) */
  readonly expiration?: Date | undefined;
}

/** Gives credentials, as the providers of `@aws-sdk/credential-providers` do. */
export type AwsCredentialProvider = (options?: {
  forceRefresh?: boolean;
}) => Promise<AwsCredentials>;

/** Credentials that are kept and refreshed before they expire. */
export interface CredentialSource {
  /** What is good now, without waiting; undefined if {@link CredentialSource.get} has to be asked. */
  current(): AwsCredentials | undefined;
  get(): Promise<AwsCredentials>;
  /** For a service that says that these have expired. False if there are no others. */
  renew(used: AwsCredentials): Promise<boolean>;
}

/** What {@link createCredentialSource} needs. */
export interface CredentialSourceOptions {
  readonly provider: AwsCredentialProvider;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

const REFRESH_BEFORE_MS = 5 * 60 * 1000; // The SDK's providers give new ones from then on.
const RETRY_AFTER_MS = 10_000;
const PRINTABLE = /^[\x21-\x7e]+$/;

/**
 * Creates a source that asks the provider once, and again five minutes before the end. While the old
 * ones are good they are used, also if the provider fails.
 */
export function createCredentialSource(options: CredentialSourceOptions): CredentialSource {
  const { provider, clock, logger } = options;
  let kept: AwsCredentials | undefined;
  let expiresAt = 0;
  let askAgainAt = 0;
  let renewAgainAt = 0;
  let asking: Promise<AwsCredentials> | undefined;

  async function ask(forceRefresh: boolean): Promise<AwsCredentials> {
    askAgainAt = clock.now() + RETRY_AFTER_MS;
    const fresh = checkCredentials(await provider(forceRefresh ? { forceRefresh } : {}));
    kept = fresh;
    expiresAt = fresh.expiration?.getTime() || Number.POSITIVE_INFINITY;
    askAgainAt = Math.max(expiresAt - REFRESH_BEFORE_MS, askAgainAt);
    return fresh;
  }

  function askOnce(forceRefresh = false): Promise<AwsCredentials> {
    asking ??= ask(forceRefresh).finally(() => {
      asking = undefined;
    });
    return asking;
  }

  function current(): AwsCredentials | undefined {
    const now = clock.now();
    if (now >= expiresAt) return undefined; // As from the start.
    if (now >= askAgainAt && !asking) {
      askOnce().catch((error: unknown) =>
        logger?.warn("the AWS credentials could not be refreshed yet", { error }),
      );
    }
    return kept;
  }

  return {
    current,
    get: async () => current() ?? askOnce(),
    async renew(used) {
      if (kept !== undefined && kept !== used) return true;
      if (clock.now() < renewAgainAt) return false;
      renewAgainAt = clock.now() + RETRY_AFTER_MS;
      return (await askOnce(true)).accessKeyId !== used.accessKeyId;
    },
  };
}

/** Refuses what can't stand in a header; what it is stays out of the message. */
function checkCredentials(credentials: AwsCredentials): AwsCredentials {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const bad =
    (!PRINTABLE.test(accessKeyId) && "accessKeyId") ||
    (!PRINTABLE.test(secretAccessKey) && "secretAccessKey") ||
    (sessionToken !== undefined && !PRINTABLE.test(sessionToken) && "sessionToken");
  if (bad) throw new InvalidArgumentError(`credentials: ${bad} must be printable and not empty`);
  return credentials;
}

/**
 * The credentials in the environment variables, which come first in the SDK's default chain as long as
 * no `AWS_PROFILE` is set. A Lambda function has them there.
 *
 * @returns Undefined if there are none.
 */
export function credentialsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey || env.AWS_PROFILE) return undefined;
  const end = env.AWS_CREDENTIAL_EXPIRATION;
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    expiration: end ? new Date(end) : undefined,
  };
}
