import { InvalidArgumentError, UnavailableError } from "@hubbub/core";

/** Temporary keys of an execution role. */
export interface ScfCredentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  /** When they end, in milliseconds since the Unix epoch; absent where nobody says. */
  readonly expiresAt?: number;
}

/** The keys that requests bring to a Web Function. */
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

const NAMES = ["x-scf-secret-id", "x-scf-secret-key", "x-scf-session-token"];

/**
 * Creates a holder without keys. As far as is known, a Web Function with an execution role gets temporary
 * keys with every request, in the headers `X-Scf-Secret-Id`, `X-Scf-Secret-Key` and `X-Scf-Session-Token`; no
 * official page describes them. A WebSocket is one request: the keys are as new as the newest connection.
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
      const [secretId, secretKey, sessionToken] = NAMES.map((name) => headers.get(name) ?? "");
      if (!isKey(secretId) || !isKey(secretKey) || !isKey(sessionToken)) return;
      newest = { secretId, secretKey, sessionToken };
    },
  };
}

/** Where a client has sent the same header, the two may come as one, with a comma between. */
function isKey(value: string | undefined): value is string {
  return value !== undefined && /^[!-+\--~]+$/.test(value);
}
