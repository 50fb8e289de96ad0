import { InvalidArgumentError } from "@hubbub/core";

/**
 * Refuses what is no connection string of a storage account. The SDK does so as well, but it is loaded with
 * the first request only.
 *
 * @throws InvalidArgumentError that does not quote it.
 */
export function checkStorageConnectionString(text: unknown): void {
  if (typeof text === "string" && isOfAccount(text)) return;
  throw new InvalidArgumentError(
    "tableConnectionString must be that of a storage account: DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net or TableEndpoint=https://…;SharedAccessSignature=…",
  );
}

function isOfAccount(text: string): boolean {
  if (/UseDevelopmentStorage=true/i.test(text)) return true;
  const values = new Map<string, string>();
  for (const part of text.split(";").filter(Boolean)) {
    const [, name = "", value] = /^(\w+)=(.+)$/.exec(part.trim()) ?? [];
    if (value === undefined) return false;
    values.set(name.toLowerCase(), value);
  }
  const has = (...names: string[]) => names.every((name) => values.has(name));
  const endpoint = values.get("tableendpoint");
  const isAddress = endpoint !== undefined && isHttp(endpoint);
  if (!has("defaultendpointsprotocol", "accountkey")) {
    return isAddress && has("sharedaccesssignature") && namesAccount(endpoint);
  }
  const isNamed = /^https?$/i.test(values.get("defaultendpointsprotocol") ?? "");
  return has("accountname") && (isAddress || (isNamed && has("endpointsuffix")));
}

/** As `https://<account>.table.core.windows.net`, or in its path. */
function namesAccount(endpoint: string): boolean {
  const { host, pathname } = new URL(endpoint);
  return host.split(".")[1] === "table" || pathname !== "/";
}

/** Whether a text is an address over HTTP. */
export function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:/i.test(address);
}
