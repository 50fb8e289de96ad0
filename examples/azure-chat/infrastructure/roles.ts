import { type ArmResource, idOf, NAMES } from "./arm-template.ts";

const site = idOf("Microsoft.Web/sites", NAMES.app);

/** Built-in roles of Azure, by their ids. */
export const ROLES = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Web PubSub Service Owner": "12cf5a90-567b-43ae-8102-96cf46c7d9b4",
} as const;

function grant(role: keyof typeof ROLES, type: string, name: string): ArmResource {
  const scope = idOf(type, name);
  return {
    type: "Microsoft.Authorization/roleAssignments",
    apiVersion: "2022-04-01",
    name: `[guid(${scope}, ${site}, '${ROLES[role]}')]`,
    scope: `[${scope}]`,
    dependsOn: [`[${site}]`, `[${scope}]`],
    properties: {
      principalType: "ServicePrincipal",
      principalId: `[reference(${site}, '2024-04-01', 'full').identity.principalId]`,
      roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${ROLES[role]}')]`,
    },
  };
}

/** What the identity of the functions may do, on these two resources alone. */
export const roles: ArmResource[] = [
  grant("Storage Blob Data Owner", "Microsoft.Storage/storageAccounts", NAMES.storage), // Its code.
  grant("Storage Table Data Contributor", "Microsoft.Storage/storageAccounts", NAMES.storage),
  grant("Web PubSub Service Owner", "Microsoft.SignalRService/webPubSub", NAMES.pubsub),
];
