/** A resource as Azure Resource Manager takes it. */
export interface ArmResource {
  type: string;
  apiVersion: string;
  name: string;
  location?: string;
  dependsOn?: string[];
  [property: string]: unknown;
}

/** A template as Azure Resource Manager takes it. */
export interface ArmTemplate {
  $schema: string;
  contentVersion: string;
  parameters: Record<string, { type: string; defaultValue?: string }>;
  resources: ArmResource[];
  outputs: Record<string, { type: string; value: string }>;
}

/** Names that are the same in every template, and unique in Azure. */
export const NAMES = {
  pubsub: "[format('hubbub-{0}', uniqueString(resourceGroup().id))]",
  app: "[format('hubbub-app-{0}', uniqueString(resourceGroup().id))]",
  plan: "hubbub-plan",
  storage: "[format('hubbub{0}', uniqueString(resourceGroup().id))]",
} as const;

/** An expression without its brackets, to be used within another. */
export const bare = (expression: string): string => expression.replace(/^\[(.*)\]$/, "$1");

/** The id of a resource, as an expression without brackets. */
export function idOf(type: string, ...names: string[]): string {
  const all = names.map((name) => (name.startsWith("[") ? bare(name) : `'${name}'`));
  return `resourceId('${type}', ${all.join(", ")})`;
}

/** Creates a template. */
export function createTemplate(
  resources: ArmResource[],
  { parameters = {}, outputs = {} }: Partial<Pick<ArmTemplate, "parameters" | "outputs">>,
): ArmTemplate {
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    ...{ parameters, resources, outputs },
  };
}
