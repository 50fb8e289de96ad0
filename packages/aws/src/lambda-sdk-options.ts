import type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";

/** The SDK waits for good by itself, and past `requestTimeout` it only warns unless told to throw. */
export const SDK_TIMEOUTS: {
  connectionTimeout: number;
  requestTimeout: number;
  throwOnRequestTimeout: boolean;
} = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };

/** Credentials as the SDK's clients take them: what is not there is left out. */
export interface SdkCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Turns credentials, or what gives them, into the option of an SDK's client. */
export function sdkCredentialsOf(credentials: AwsCredentials | AwsCredentialProvider | undefined): {
  credentials?: (options?: { forceRefresh?: boolean }) => Promise<SdkCredentials>;
} {
  if (!credentials) return {};
  return {
    credentials: async (options) => {
      const given = typeof credentials === "function" ? await credentials(options) : credentials;
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = given;
      return {
        ...{ accessKeyId, secretAccessKey },
        ...(sessionToken !== undefined && { sessionToken }),
        ...(expiration && { expiration }),
      };
    },
  };
}
