import type { TokenCredentialLike } from "@hubbub/azure";

/**
 * The identity of the function app. The platform hands out its tokens at an address of its own, so that
 * no more is needed than a request, and no library of which a cold start would load all.
 */
export const managedIdentity: TokenCredentialLike = {
  async getToken(scopes) {
    const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = process.env;
    const url = new URL(IDENTITY_ENDPOINT);
    const [scope = ""] = [scopes].flat();
    url.searchParams.set("resource", scope.replace(/\/\.default$/, ""));
    url.searchParams.set("api-version", "2019-08-01");
    const response = await fetch(url, { headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER } });
    if (!response.ok) throw new Error(`no token of the managed identity: ${response.status}`);
    const { access_token, expires_on } = (await response.json()) as Record<string, string>;
    return { token: access_token ?? "", expiresOnTimestamp: Number(expires_on) * 1000 };
  },
};
