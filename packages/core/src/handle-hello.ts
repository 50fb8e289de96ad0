import { authenticate, connectionClosed, newConnection } from "./authenticate.ts";
import type { HelloFrame } from "./client-frames.ts";
import type { Connection } from "./connection-store.ts";
import { SUBPROTOCOL } from "./credentials.ts";
import { FrameError } from "./errors.ts";
import type { MessageHandling } from "./message-handling.ts";

/** The first frame: authenticates, unless the handshake has, and welcomes. */
export async function handleHello(handling: MessageHandling, frame: HelloFrame): Promise<void> {
  const { context, connectionId, connection } = handling;
  const { store, welcomed } = context;
  // One that was opened without being welcomed here: by the handshake, by a `hello` whose answer was
  // lost, or by another process, which does no harm.
  if (connection && !welcomed.add(connectionId)) {
    throw new FrameError("hello was said before", { code: "already_welcomed" });
  }
  if (!connection) {
    const { token, session } = frame;
    const user = await authenticate(context, { token, query: {} }, session);
    const opened = newConnection(context, connectionId, SUBPROTOCOL, user);
    if (!(await store.open(opened))) throw connectionClosed();
    handling.connection = opened;
    welcomed.add(connectionId);
  }
  handling.replies.push(welcome(handling, (handling.connection ?? connection) as Connection));
}

function welcome(
  { context }: MessageHandling,
  { user }: Connection,
): MessageHandling["replies"][0] {
  const { chat, clock, maxAgeMs } = context;
  const { userId: id, name } = user;
  return {
    type: "welcome",
    user: { id, name },
    heartbeatMs: chat.heartbeatMs,
    maxAgeMs,
    maxBytes: chat.limits.maxBytes,
    ts: clock.now(),
  };
}
