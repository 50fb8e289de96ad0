/**
 * Makes a room's name of what somebody typed or a link's hash says.
 *
 * @param text The text, with or without a `#` before it.
 * @returns The name, or why there can be no such room.
 */
export function readRoomName(text: string): { name: string } | { problem: string } {
  const name = text.normalize("NFC").trim().replace(/^#+/, "").trim();
  if (name === "") return { problem: "Give the room a name." };
  if (name.length > 128) return { problem: "A room’s name has 128 characters at most." };
  if (/[\p{Cc}\p{Cs}]/u.test(name))
    return { problem: "This name has characters that can’t be used." };
  if (name.startsWith("@")) return { problem: "A room’s name can’t begin with @." };
  return { name };
}

/** The link to a room on this page. */
export function roomHash(name: string): string {
  return `#${encodeURIComponent(name)}`;
}

/** The room that the page's address names, as it was written; empty if none. */
export function roomFromHash(hash: string): string {
  try {
    return decodeURIComponent(hash.replace(/^#/, ""));
  } catch {
    return hash.replace(/^#/, ""); // A lone percent sign, typed by hand.
  }
}
