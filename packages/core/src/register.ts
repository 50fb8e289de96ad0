import { authenticate, connectionClosed, newConnection } from "./authenticate.ts";
import { authorized } from "./authorize.ts";
import type { Connection } from "./connection-store.ts";
import { credentialsOf, SUBPROTOCOL } from "./credentials.ts";
import { type ErrorCode, FrameError, UnavailableError } from "./errors.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import type { RegisterEvent, RegisterResult } from "./hub-types.ts";
import { beginInvocation } from "./invocation.ts";
import { startMembership } from "./memberships.ts";
import { roomNameProblem } from "./room-name.ts";

/** What the handshake is refused with; the others are for another try. */
const STATUS: Partial<Record<ErrorCode, 400 | 401 | 403>> = {
  unauthenticated: 401,
  token_expired: 401,
  forbidden: 403,
  bad_frame: 400,
  bad_room: 400,
};

/** A client arrives: decides before the handshake is answered. Never rejects. */
export async function register(context: HubContext, event: RegisterEvent): Promise<RegisterResult> {
  const invocation = beginInvocation(context, event.deadlineAt);
  try {
    const plain = !(event.subprotocols ?? []).includes(SUBPROTOCOL);
    checkOrigin(context, event);
    const connection = plain
      ? await openPlain(context, invocation, event)
      : await openEarly(context, event);
    const done = invocation.done().then(() => undefined);
    return { accepted: true, subprotocol: plain ? undefined : SUBPROTOCOL, connection, done };
  } catch (error) {
    return refusal(context, error);
  }
}

function checkOrigin({ chat }: HubContext, { origin }: RegisterEvent): void {
  const { origins } = chat.definition;
  if (!origins || origin === undefined || origins.includes(origin)) return;
  throw new FrameError("this origin may not connect", { code: "forbidden" });
}

/** Opens a connection that brought its authentication to the handshake; others bring it in `hello`. */
async function openEarly(
  context: HubContext,
  event: RegisterEvent,
): Promise<Connection | undefined> {
  const credentials = credentialsOf(event);
  const brought = credentials.token !== undefined || credentials.claims !== undefined;
  if (!context.chat.definition.authenticate || !brought) return undefined;
  const user = await authenticate(context, credentials);
  const connection = newConnection(context, event.connectionId, SUBPROTOCOL, user);
  return open(context, connection);
}

/** Opens a plain connection and makes it a member of its room. */
export async function openPlain(
  context: HubContext,
  invocation: Invocation,
  event: RegisterEvent,
): Promise<Connection> {
  const { plain } = context.chat.definition;
  if (!plain) throw new FrameError(`offer the subprotocol ${SUBPROTOCOL}`, { code: "bad_frame" });
  const user = await authenticate(context, credentialsOf(event));
  const room = typeof plain.room === "function" ? plain.room({ user }) : plain.room;
  const problem = roomNameProblem(room);
  if (problem) throw new FrameError(problem, { code: "bad_room" });
  const connection = newConnection(context, event.connectionId, "plain", user);
  await authorized({ context, connection }, { action: "join", room });
  await open(context, connection);
  if (!(await startMembership(context, invocation, connection, room, false))) {
    throw new UnavailableError("the connection was closed meanwhile");
  }
  return { ...connection, rooms: [room] };
}

async function open({ store }: HubContext, connection: Connection): Promise<Connection> {
  if (await store.open(connection)) return connection;
  throw connectionClosed();
}

function refusal({ logger }: HubContext, error: unknown): RegisterResult {
  if (error instanceof FrameError) {
    const { code, message } = error;
    const status = STATUS[code];
    if (status) return { accepted: false, status, code, message };
  } else if (!(error instanceof UnavailableError)) logger?.error("register failed", { error });
  return { accepted: false, status: 503, code: "unavailable", message: "try again later" };
}
