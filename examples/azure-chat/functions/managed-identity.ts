import type { TokenCredentialLike } from "@hubbub/azure";

/**
 * The identity of the function app. The platform hands out its tokens at an address of its own, so that
 * no more is needed than a request, and no library of which a cold start would load all.
 */
export const managedIdentity: TokenCredentialLike = {
  async getToken(scopes, options = {}) {
    const { IDENTITY_ENDPOINT = "", IDENTITY_HEADER = "" } = process.env;
    const { abortSignal }: { abortSignal?: AbortSignal } = options;
    const url = new URL(IDENTITY_ENDPOINT);
    const [scope = ""] = [scopes].flat();
    url.searchParams.set("resource", scope.replace(/\/\.default$/, ""));
    url.searchParams.set("api-version", "2019-08-01");
    const headers = { "X-IDENTITY-HEADER": IDENTITY_HEADER };
    const response = await fetch(url, { headers, signal: abortSignal ?? null });
    if (!response.ok) throw new Error(`no token of the managed identity: ${response.status}`);
    const { access_token, expires_on } = (await response.json()) as Record<string, string>;
    const expiresOnTimestamp = Number(expires_on) * 1000;
    // Without its end a token would be kept for ever.
    if (!access_token || !(expiresOnTimestamp > 0)) {
      throw new Error("no token of the managed identity, or none with an end");
    }
    return { token: access_token, expiresOnTimestamp };
  },
};
