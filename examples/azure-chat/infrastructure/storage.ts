import { type ArmResource, bare, idOf, NAMES } from "./arm-template.ts";

const API_VERSION = "2023-05-01";
const account = idOf("Microsoft.Storage/storageAccounts", NAMES.storage);
const child = (path: string) => `[format('{0}/default/${path}', ${bare(NAMES.storage)})]`;

/** The storage account: the chat's table, and the container with the functions' code. No key opens it. */
export const storage: ArmResource[] = [
  {
    ...{ type: "Microsoft.Storage/storageAccounts", apiVersion: API_VERSION, name: NAMES.storage },
    location: "[resourceGroup().location]",
    ...{ kind: "StorageV2", sku: { name: "Standard_LRS" } },
    properties: {
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      minimumTlsVersion: "TLS1_2",
      supportsHttpsTrafficOnly: true,
    },
  },
  {
    type: "Microsoft.Storage/storageAccounts/tableServices/tables",
    ...{ apiVersion: API_VERSION, name: child("chat"), dependsOn: [`[${account}]`] },
  },
  {
    type: "Microsoft.Storage/storageAccounts/blobServices/containers",
    ...{ apiVersion: API_VERSION, name: child("code"), dependsOn: [`[${account}]`] },
  },
];
