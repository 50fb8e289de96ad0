import { createHash } from "node:crypto";
import { encodeKey } from "@hubbub/core/keys";

const MAX_CHARS = 1024; // The longest name of a group.

/**
 * The name of the Web PubSub group that carries a group of core's, such as that of a room.
 *
 * @param group Any string.
 * @returns At most 1,024 characters that a path segment can hold; no two groups share one.
 */
export function webPubSubGroupName(group: string): string {
  const key = encodeKey(group);
  if (key.length <= MAX_CHARS) return key;
  return `.${createHash("sha256").update(key).digest("hex")}`; // No key begins with a dot.
}
