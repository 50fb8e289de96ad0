import { InvalidArgumentError, UnavailableError } from "@hubbub/core";

/** Temporary keys of an execution role. */
export interface ScfCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** When they end, in milliseconds since the Unix epoch; absent where nobody says. */
  readonly expiresAt?: number;
}

/** The keys that the platform hands to a Web Function with every request. */
export interface ScfCredentialHolder {
  /**
   * The newest keys: a credentials provider for the clients of Tencent's services.
   *
   * @throws UnavailableError if no request has brought any yet.
   */
  readonly get: () => Promise<ScfCredentials>;
  /** Looks for keys among the platform's headers, by their lower-case names; `serveWebFunction` calls it. */
  readonly take: (headers: ReadonlyMap<string, string>) => void;
}

/** Options of {@link createScfCredentials}. */
export interface ScfCredentialsOptions {
  /** Asked as long as no request has brought keys, for local development. (Default: nobody) */
  fallback?: () => Promise<ScfCredentials>;
}

/**
 * Creates a holder without keys. A Web Function with an execution role gets temporary keys with every
 * request, in the headers `X-Scf-Secret-Id`, `X-Scf-Secret-Key` and `X-Scf-Session-Token`, and a WebSocket
 * is one request: the keys are as new as the newest connection.
 *
 * @param options Where keys come from until then.
 * @returns The holder. Nothing of it is ever logged.
 * @throws InvalidArgumentError if `fallback` is no function.
 */
export function createScfCredentials(options: ScfCredentialsOptions = {}): ScfCredentialHolder {
  const { fallback } = options;
  if (fallback !== undefined && typeof fallback !== "function") {
    throw new InvalidArgumentError("fallback must be a function that answers credentials");
  }
  let newest: ScfCredentials | undefined;
  return {
    async get() {
      if (newest) return newest;
      if (fallback) return fallback();
      throw new UnavailableError("no request has brought credentials; has the function a role?");
    },
    take(headers) {
      const secretId = headers.get("x-scf-secret-id");
      const secretKey = headers.get("x-scf-secret-key");
      const sessionToken = headers.get("x-scf-session-token");
      if (secretId && secretKey && sessionToken) newest = { secretId, secretKey, sessionToken };
    },
  };
}
