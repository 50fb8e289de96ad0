import type { CreateApiRequest } from "tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/v20180808/apigateway_models.js";
import { type Cloud, ifThere } from "./cloud.ts";
import { functionName } from "./event-names.ts";
import type { Settings } from "./settings.ts";

const STAGE = "release";
const PATH = "/chat";
const IDLE_SECONDS = 800; // A back end's time-out is also how long a client may be silent.

/** Where clients connect, and where functions push. */
export interface GatewayUrls {
  readonly url: string;
  readonly pushUrl: string;
}

/** The WebSocket API before the three functions. */
function webSocketApi(settings: Settings, serviceId: string): CreateApiRequest {
  const common = { Namespace: "default", Qualifier: "$DEFAULT" };
  return {
    ServiceId: serviceId,
    ApiName: settings.name,
    Protocol: "WEBSOCKET",
    RequestConfig: { Path: PATH, Method: "GET" },
    AuthType: "NONE", // The chat authenticates.
    ServiceType: "SCF",
    ServiceTimeout: IDLE_SECONDS,
    ServiceWebsocketRegisterFunctionName: functionName(settings, "register"),
    ServiceWebsocketRegisterFunctionNamespace: common.Namespace,
    ServiceWebsocketRegisterFunctionQualifier: common.Qualifier,
    ServiceWebsocketTransportFunctionName: functionName(settings, "transport"),
    ServiceWebsocketTransportFunctionNamespace: common.Namespace,
    ServiceWebsocketTransportFunctionQualifier: common.Qualifier,
    ServiceWebsocketCleanupFunctionName: functionName(settings, "cleanup"),
    ServiceWebsocketCleanupFunctionNamespace: common.Namespace,
    ServiceWebsocketCleanupFunctionQualifier: common.Qualifier,
  } satisfies CreateApiRequest;
}

/** Makes service and API where they are missing, releases them, and asks where to push. */
export async function putGateway(cloud: Cloud, settings: Settings): Promise<GatewayUrls> {
  const service = (await findService(cloud, settings)) ?? (await createService(cloud, settings));
  const { ServiceId, OuterSubDomain } = service;
  const ApiId =
    (await findApi(cloud, settings, ServiceId)) ??
    (await cloud.apigateway.CreateApi(webSocketApi(settings, ServiceId))).Result?.ApiId;
  if (!ApiId) throw new Error("API Gateway did not tell the API's id");
  const release = { ServiceId, EnvironmentName: STAGE, ReleaseDesc: "deployed" };
  await cloud.apigateway.ReleaseService(release);
  const { Result } = await cloud.apigateway.DescribeApi({ ServiceId, ApiId });
  if (!Result?.InternalDomain) throw new Error("API Gateway did not tell where to push");
  cloud.say(`API ${ApiId} of service ${ServiceId}`);
  return { url: `wss://${OuterSubDomain}/${STAGE}${PATH}`, pushUrl: Result.InternalDomain };
}

/** Removes service and API. Repeating it changes nothing. */
export async function removeGateway(cloud: Cloud, settings: Settings): Promise<void> {
  const service = await findService(cloud, settings);
  if (!service) return;
  const { ServiceId } = service;
  await ifThere(cloud.apigateway.UnReleaseService({ ServiceId, EnvironmentName: STAGE }));
  const ApiId = await findApi(cloud, settings, ServiceId);
  if (ApiId) await cloud.apigateway.DeleteApi({ ServiceId, ApiId });
  await cloud.apigateway.DeleteService({ ServiceId });
  cloud.say(`service ${ServiceId}: removed`);
}

interface Service {
  readonly ServiceId: string;
  readonly OuterSubDomain: string;
}

async function createService({ apigateway }: Cloud, { name }: Settings): Promise<Service> {
  const made = await apigateway.CreateService({ ServiceName: name, Protocol: "http&https" });
  return asService(made);
}

async function findService(
  { apigateway }: Cloud,
  { name }: Settings,
): Promise<Service | undefined> {
  const Filters = [{ Name: "ServiceName", Values: [name] }];
  const { Result } = await apigateway.DescribeServicesStatus({ Filters, Limit: 100 });
  const found = Result?.ServiceSet?.find(({ ServiceName }) => ServiceName === name);
  return found && asService(found);
}

function asService({ ServiceId, OuterSubDomain = "" }: Partial<Service>): Service {
  if (!ServiceId) throw new Error("API Gateway did not tell the service's id");
  return { ServiceId, OuterSubDomain };
}

async function findApi(
  { apigateway }: Cloud,
  { name }: Settings,
  ServiceId: string,
): Promise<string | undefined> {
  const Filters = [{ Name: "ApiName", Values: [name] }];
  const { Result } = await apigateway.DescribeApisStatus({ ServiceId, Filters, Limit: 100 });
  return Result?.ApiIdStatusSet?.find(({ ApiName }) => ApiName === name)?.ApiId;
}
