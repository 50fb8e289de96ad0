/** The part of the Web Cryptography API that is used here; it is global on every runtime we support. */
declare const crypto: {
  subtle: { digest(algorithm: "SHA-256", data: Uint8Array): Promise<ArrayBuffer> };
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ID_CHARS = 22; // 132 bits.

/**
 * The public user id of a guest, derived from the secret session that its client keeps: a guest who
 * reconnects is the same user, and nobody can become him by knowing his id.
 *
 * @param session ASCII.
 */
export async function guestId(session: string): Promise<string> {
  const bytes = Uint8Array.from(session, (char) => char.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  let id = "guest-";
  for (let char = 0; char < ID_CHARS; char++) id += ALPHABET[(hash[char] ?? 0) & 63];
  return id;
}
