/** The most characters of a nickname. */
export const MAX_NAME_LENGTH = 32;

/** A guest as others see them. */
export interface Guest {
  userId: string;
  name: string;
}

/**
 * Makes a nickname fit to be shown: no control or invisible formatting characters, no lone
 * surrogates, one space at most between words, at most 32 characters.
 *
 * @param name What somebody typed.
 * @returns The nickname, empty if nothing of it is left.
 */
export function cleanName(name: string): string {
  // Joiners (U+200C, U+200D) are formatting too, but words and emoji are made with them.
  const kept = name.normalize("NFC").replace(/(?![\u200c\u200d])[\p{C}\p{Zl}\p{Zp}]/gu, " ");
  const points = Array.from(kept.replace(/\s+/g, " ").trim());
  const short = points.slice(0, MAX_NAME_LENGTH).join("").trim();
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(short) ? short : "";
}

/**
 * Reads a guest from a token, `<secret>.<nickname>`. The user id is a one-way hash of the secret: everybody
 * sees the id, and nobody can become its owner with it.
 *
 * @param token What the client sent.
 * @returns The guest, or undefined if the token is none.
 */
export async function guestFromToken(token: string | undefined): Promise<Guest | undefined> {
  const [, secret, nickname] = /^([\w-]{16,64})\.(.+)$/s.exec(token ?? "") ?? [];
  const name = cleanName(nickname ?? "");
  if (secret === undefined || name === "") return undefined;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  return { userId: `guest-${hex.slice(0, 12).join("")}`, name };
}
