import type { ClientOptions } from "./client-types.ts";
import { HubbubClientError } from "./errors.ts";
import {
  type Ports,
  randomId,
  setTimer as realTimer,
  secureRandom,
  type WebSocketConstructor,
} from "./ports.ts";

/** The options with their defaults. */
export interface ResolvedOptions extends Ports {
  readonly session: string;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly backoffMaxMs: number;
  readonly maxPending: number;
  /** Asked before every connect. */
  readonly target: () => Promise<{ url: string; token?: string | undefined }>;
  /** Whether asking again can bring another token. */
  readonly renewable: boolean;
}

/**
 * Fills in the defaults.
 *
 * @param options As the application gave them.
 * @returns All that the client needs.
 * @throws HubbubClientError with `invalid_argument`, naming the option.
 */
export function resolveOptions({
  url,
  token,
  negotiate,
  random = secureRandom,
  session = randomId(random),
  connectTimeoutMs = 10_000,
  answerTimeoutMs = 10_000,
  backoffMaxMs = 30_000,
  maxPending = 1000,
  WebSocket = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket,
  now = Date.now,
  setTimer = realTimer,
}: ClientOptions): ResolvedOptions {
  const options = {
    random,
    session,
    connectTimeoutMs,
    answerTimeoutMs,
    backoffMaxMs,
    maxPending,
    WebSocket,
    now,
    setTimer,
    async target() {
      if (negotiate) return negotiate();
      const [to, word] = await Promise.all([ask(url), ask(token)]);
      return { url: `${to}`, token: word };
    },
  };
  if (!url === !negotiate) refuse("url");
  for (const [name, value] of Object.entries(options)) {
    if (!value || (value as number) < 0) refuse(name);
  }
  if (!/^[\w-]{16,64}$/.test(session)) refuse("session");
  const renewable = [negotiate, token, url].some((one) => one instanceof Function);
  return { ...(options as Omit<ResolvedOptions, "renewable">), renewable };
}

function ask<T>(given: T | (() => T | Promise<T>)): T | Promise<T> {
  return given instanceof Function ? given() : given;
}

function refuse(name: string): never {
  throw new HubbubClientError("invalid_argument", `wrong ${name}`);
}
