import { type ArmResource, bare, idOf, NAMES } from "./arm-template.ts";

const API_VERSION = "2024-04-01";
const KEYS = `listKeys(${idOf("Microsoft.SignalRService/webPubSub", NAMES.pubsub)}, '2024-03-01')`;
const storageName = bare(NAMES.storage);
const storageId = idOf("Microsoft.Storage/storageAccounts", NAMES.storage);

/** What the functions are told. The keys are looked up by Azure while it deploys. */
const settings: Record<string, string> = {
  AzureWebJobsStorage__accountName: NAMES.storage,
  WEB_PUBSUB_ENDPOINT: `[format('https://{0}.webpubsub.azure.com', ${bare(NAMES.pubsub)})]`,
  WEB_PUBSUB_KEYS: `[format('{0},{1}', ${KEYS}.primaryKey, ${KEYS}.secondaryKey)]`,
  TABLE_ENDPOINT: `[format('https://{0}.table.core.windows.net', ${storageName})]`,
  ORIGINS: "[parameters('origins')]",
};

/** The functions, on the plan that is paid by use. */
export const functionApp: ArmResource[] = [
  {
    ...{ type: "Microsoft.Web/serverfarms", apiVersion: API_VERSION, name: NAMES.plan },
    location: "[resourceGroup().location]",
    ...{ kind: "functionapp", sku: { tier: "FlexConsumption", name: "FC1" } },
    properties: { reserved: true },
  },
  {
    ...{ type: "Microsoft.Web/sites", apiVersion: API_VERSION, name: NAMES.app },
    location: "[resourceGroup().location]",
    ...{ kind: "functionapp,linux", identity: { type: "SystemAssigned" } },
    dependsOn: [
      `[${idOf("Microsoft.Web/serverfarms", NAMES.plan)}]`,
      `[${storageId}]`,
      `[${idOf("Microsoft.SignalRService/webPubSub", NAMES.pubsub)}]`,
    ],
    properties: {
      serverFarmId: `[${idOf("Microsoft.Web/serverfarms", NAMES.plan)}]`,
      httpsOnly: true,
      siteConfig: {
        minTlsVersion: "1.2",
        appSettings: Object.entries(settings).map(([name, value]) => ({ name, value })),
      },
      functionAppConfig: {
        deployment: {
          storage: {
            type: "blobContainer",
            value: `[format('https://{0}.blob.core.windows.net/code', ${storageName})]`,
            authentication: { type: "SystemAssignedIdentity" },
          },
        },
        runtime: { name: "node", version: "22" },
        scaleAndConcurrency: { maximumInstanceCount: 40, instanceMemoryMB: 2048 },
      },
    },
  },
];
