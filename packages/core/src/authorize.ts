import type { Action } from "./chat-types.ts";
import type { Connection } from "./connection-store.ts";
import { FrameError, RejectedError, UnavailableError } from "./errors.ts";
import type { MessageHandling } from "./message-handling.ts";
import type { AppendPosition } from "./room-log.ts";
import { isUserRoom, roomNameProblem } from "./room-name.ts";

/**
 * Asks the application whether the client may do something.
 *
 * @throws FrameError with `forbidden` if it says no, by false or a RejectedError; `internal` if it fails,
 *   which is no yes either. An UnavailableError as it is.
 */
export async function authorized(
  { context, connection }: Pick<MessageHandling, "context" | "connection">,
  asked: { action: Action; room: string; event?: string; position?: AppendPosition },
): Promise<void> {
  const { authorize } = context.chat.definition;
  if (!authorize || !connection) return;
  try {
    if (await authorize({ ...asked, user: connection.user })) return;
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause; // Not a no: the client asks again.
    if (cause instanceof RejectedError) {
      throw new FrameError(cause.message, { code: "forbidden", reason: cause.reason, cause });
    }
    context.logger?.error("authorize threw", { error: cause });
    throw new FrameError("authorize failed", { code: "internal", cause });
  }
  throw new FrameError("not allowed", { code: "forbidden" });
}

/**
 * The connection, if it may use a room: it has joined it. Inboxes can be written to from outside.
 *
 * @throws FrameError with `hello_required`, `bad_room` or `not_joined`.
 */
export function joinedConnection(
  { connection }: MessageHandling,
  room: string,
  options: { inboxes?: boolean } = {},
): Connection {
  if (!connection) throw helloRequired();
  if (connection.rooms.includes(room)) return connection;
  const problem = roomNameProblem(room);
  if (problem) throw new FrameError(problem, { code: "bad_room" });
  if (options.inboxes && isUserRoom(room)) return connection;
  throw new FrameError("join the room first", { code: "not_joined" });
}

/** The error for frames of a connection that is not, or no longer, open. */
export function helloRequired(): FrameError {
  return new FrameError("say hello first", { code: "hello_required" });
}

/** Whether an error is the application's no, rather than its failure. */
export function isRefusal(error: unknown): boolean {
  return error instanceof FrameError && error.code === "forbidden";
}
