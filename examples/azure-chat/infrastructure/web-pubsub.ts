import type { WebPubSubHubProperties, WebPubSubResource } from "@azure/arm-webpubsub";
import { type ArmResource, bare, idOf, NAMES } from "./arm-template.ts";

const API_VERSION = "2024-03-01";
const HOST_KEYS = `listKeys(${idOf("Microsoft.Web/sites/host", NAMES.app, "default")}, '2024-04-01')`;
const HOST = `reference(${idOf("Microsoft.Web/sites", NAMES.app)}, '2024-04-01').defaultHostName`;

const resource = {
  location: "[resourceGroup().location]",
  sku: { name: "Free_F1", tier: "Free", capacity: 1 },
  identity: { type: "SystemAssigned" },
} satisfies WebPubSubResource;

/** The service. Its free tier holds few connections (20, if it is like SignalR's); `Standard_S1` holds 1,000 for each unit. */
export const webPubSub: ArmResource = {
  ...{ type: "Microsoft.SignalRService/webPubSub", apiVersion: API_VERSION, name: NAMES.pubsub },
  ...resource,
  properties: {},
};

const hubProperties = {
  anonymousConnectPolicy: "deny",
  webSocketKeepAliveIntervalInSeconds: 20,
  eventHandlers: [
    {
      // The function's key is asked for when this is deployed: it stands in no file.
      urlTemplate: `[format('https://{0}/api/events/{{event}}?code={1}', ${HOST}, ${HOST_KEYS}.functionKeys.default)]`,
      userEventPattern: "*",
      systemEvents: ["connect", "connected", "disconnected"],
    },
  ],
} satisfies WebPubSubHubProperties;

/** The hub. The service may ask its event handler when it is created, so the code has to be there before. */
export const hub: ArmResource = {
  type: "Microsoft.SignalRService/webPubSub/hubs",
  apiVersion: API_VERSION,
  name: `[format('{0}/chat', ${bare(NAMES.pubsub)})]`,
  properties: hubProperties,
};
