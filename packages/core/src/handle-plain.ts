import { FrameError } from "./errors.ts";
import { runHook } from "./event-data.ts";
import { handlePublish } from "./handle-publish.ts";
import type { MessageHandling } from "./message-handling.ts";
import { utf8Length } from "./utf8-length.ts";

const UNSUPPORTED_DATA = 1003;
const TOO_BIG = 1009;

/**
 * Handles what a plain client sent: text becomes a publish.
 *
 * @throws FrameError if it is refused.
 */
export async function handlePlain(
  handling: MessageHandling,
  data: string | Uint8Array,
): Promise<void> {
  const { context, connection } = handling;
  const { plain } = context.chat.definition;
  const { maxBytes } = context.chat.limits;
  const [room] = connection?.rooms ?? [];
  if (!plain || !connection || room === undefined) return;
  if (typeof data !== "string") {
    throw new FrameError("messages are text", { code: "bad_frame", closeCode: UNSUPPORTED_DATA });
  }
  if (utf8Length(data, maxBytes) > maxBytes) {
    const message = `a message has at most ${maxBytes} bytes`;
    throw new FrameError(message, { code: "too_large", closeCode: TOO_BIG });
  }
  const { user } = connection;
  const event = await runHook(context, "plain.receive", () => plain.receive(data, { user, room }));
  if (!event) return;
  // A plain client never sends anything twice, so its position is always the newest.
  const { epoch, head: after } = await context.log.head(room);
  const mid = context.id();
  const { event: name, data: payload } = event as { event: string; data: unknown };
  await handlePublish(handling, {
    type: "publish",
    room,
    event: name,
    data: payload,
    mid,
    epoch,
    after,
  });
}

/** Renders an error for a plain client; undefined says nothing. */
export function renderPlainError(
  { context }: MessageHandling,
  error: FrameError,
): string | undefined {
  const { code, message } = error;
  const render = context.chat.definition.plain?.renderError;
  if (!render) return `error: ${message}`;
  try {
    return render({ code, message });
  } catch (cause) {
    context.logger?.error("plain.renderError threw", { error: cause });
    return undefined;
  }
}
