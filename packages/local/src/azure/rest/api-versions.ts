/** The stable versions of the data plane's API. */
const VERSIONS = ["2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", "2024-12-01"] as const;

/** What a request without `api-version` gets. */
export const NEWEST_VERSION = "2024-12-01";

/** Tells clients which versions there are: the operations are the same in all of them. */
export const VERSION_HEADERS: Readonly<Record<string, string>> = {
  "api-supported-versions": VERSIONS.join(", "),
};

/** True for a version that is served. */
export function isApiVersion(version: string): boolean {
  return VERSIONS.some((one) => one === version);
}
