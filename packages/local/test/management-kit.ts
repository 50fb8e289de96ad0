import {
  ApiGatewayManagementApiClient,
  type ApiGatewayManagementApiClientConfig,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { onTestFinished } from "vitest";

export const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "tok/en+=",
};

/** The official client, without retries. */
export function managementClient(
  endpoint: string,
  config: ApiGatewayManagementApiClientConfig = {},
): ApiGatewayManagementApiClient {
  const client = new ApiGatewayManagementApiClient({
    ...{ endpoint, region: "us-east-1", credentials: CREDENTIALS, maxAttempts: 1 },
    ...config,
  });
  onTestFinished(() => client.destroy());
  return client;
}
