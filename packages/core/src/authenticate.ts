import type { AuthenticatedUser, Credentials } from "./chat-types.ts";
import type { Connection, ConnectionProtocol } from "./connection-store.ts";
import { FrameError, RejectedError, UnavailableError } from "./errors.ts";
import { guestId } from "./guest-id.ts";
import type { HubContext } from "./hub-context.ts";
import { roomNameProblem, userRoom } from "./room-name.ts";

const UNAUTHENTICATED = 4401;
const CLOSED = 4409;
const MAX_USER_CHARS = 4096;
const PLAIN_LEASE_MS = (2 * 60 + 5) * 60_000; // Plain clients say nothing when idle; no platform keeps a socket longer than 2 hours.

/** How long a connection lives without a sign of life, in milliseconds. */
export function leaseMsFor({ chat }: HubContext, protocol: ConnectionProtocol): number {
  return protocol === "plain" ? Math.max(PLAIN_LEASE_MS, chat.leaseMs) : chat.leaseMs;
}

/**
 * When a lease that begins now ends, in milliseconds since the Unix epoch: not long after the
 * authentication does, but late enough for the next heartbeat to be told why it is refused.
 */
export function leaseEnd(
  context: HubContext,
  { protocol, authExpiresAt = Infinity }: Pick<Connection, "protocol" | "authExpiresAt">,
): number {
  const lease = context.clock.now() + leaseMsFor(context, protocol);
  return Math.min(lease, authExpiresAt + 2 * context.chat.heartbeatMs);
}

/**
 * Asks the application who it is.
 *
 * @throws FrameError with `unauthenticated`, or `unavailable` if the application can't tell now.
 */
export async function authenticate(
  context: HubContext,
  credentials: Credentials,
  session?: string,
): Promise<AuthenticatedUser> {
  const ask = context.chat.definition.authenticate;
  if (!ask) return { userId: await guestId(session ?? context.id()) };
  let user: AuthenticatedUser;
  try {
    user = await ask(credentials);
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause;
    if (cause instanceof RejectedError) throw unauthenticated(cause.message, cause.reason, cause);
    // Its message may quote the token, which must never reach a log.
    const name = cause instanceof Error ? cause.name : typeof cause;
    context.logger?.error("authenticate threw", { name });
    throw unauthenticated("authentication failed", undefined, cause);
  }
  const problem = userProblem(user);
  if (problem) {
    context.logger?.error(`authenticate returned a user that can't be used: ${problem}`);
    throw unauthenticated("authentication failed");
  }
  const { expiresAt = Infinity } = user;
  if (expiresAt <= context.clock.now()) throw tokenExpired();
  return user;
}

/** The error that ends a connection whose authentication has ended. */
export function tokenExpired(): FrameError {
  const details = { closeCode: UNAUTHENTICATED };
  return new FrameError("the authentication has ended", { code: "token_expired", ...details });
}

/** The error for a connection that the store holds as closed. */
export function connectionClosed(): FrameError {
  const details = { closeCode: CLOSED };
  return new FrameError("this connection was closed before", {
    code: "connection_closed",
    ...details,
  });
}

function unauthenticated(message: string, reason?: string, cause?: unknown): FrameError {
  const closeCode = UNAUTHENTICATED;
  return new FrameError(message, { code: "unauthenticated", reason, cause, closeCode });
}

/** JavaScript applications return what they like; a wrong user id would break far from here. */
function userProblem(user: AuthenticatedUser | undefined): string | undefined {
  if (typeof user?.userId !== "string") return "userId must be a string";
  if (roomNameProblem(userRoom(user.userId))) return "userId must fit into a room's name";
  if (user.name !== undefined && typeof user.name !== "string") return "name must be a string";
  const { expiresAt = 0 } = user;
  if (typeof expiresAt !== "number" || Number.isNaN(expiresAt)) return "expiresAt must be a number";
  try {
    if (JSON.stringify(user).length > MAX_USER_CHARS) return "it has more than 4,096 characters";
  } catch {
    return "it is no JSON value";
  }
  return undefined;
}

/** The row of a connection that has just been authenticated. */
export function newConnection(
  context: HubContext,
  connectionId: string,
  protocol: ConnectionProtocol,
  { expiresAt = Infinity, ...user }: AuthenticatedUser,
): Connection {
  // Later than any clock is never: JSON has no infinity, and DynamoDB's client takes nothing greater.
  const authExpiresAt = expiresAt > Number.MAX_SAFE_INTEGER ? undefined : expiresAt;
  return {
    connectionId,
    user,
    protocol,
    rooms: [],
    connectedAt: context.clock.now(),
    expiresAt: leaseEnd(context, { protocol, authExpiresAt }),
    authExpiresAt,
  };
}
