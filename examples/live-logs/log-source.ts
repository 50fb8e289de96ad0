import type { Clock, Hub } from "@hubbub/core";
import { type chat, roomOf, SOURCES } from "./chat.ts";
import { createLinePump, type LinePump } from "./line-pump.ts";

/** The part of a hub that a source needs. */
export type LogHub = Pick<Hub<typeof chat.definition.events>, "publish" | "history">;

/**
 * Makes a source known, and pumps its lines into its room. Where the log is durable, numbers go on.
 *
 * @param hub Where to publish.
 * @param name The source's name.
 * @param ports Clock, and an id that no other run has, of `[A-Za-z0-9_-]`.
 */
export async function openSource(
  hub: LogHub,
  name: string,
  ports: { clock: Clock; id: string },
): Promise<LinePump> {
  const room = roomOf(name);
  const { messages } = await hub.history(room, { limit: 1 });
  const data = messages.at(-1)?.data as { lines?: { n: number }[] } | undefined;
  await hub.publish(SOURCES, "source", { name });
  return createLinePump({
    ...ports,
    last: data?.lines?.at(-1)?.n ?? 0,
    publish: (lines, mid) => hub.publish(room, "lines", { lines }, { mid }),
  });
}
