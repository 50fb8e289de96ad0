const MAX_CHARS = 128;
const INBOX = "@";
const FORBIDDEN = /[\p{Cc}\p{Cs}]/u; // Control characters; with the flag u, only surrogates that are alone.

/** Says what is wrong with a room's name; undefined if nothing is. */
export function roomNameProblem(room: string): string | undefined {
  if (room.length === 0 || room.length > MAX_CHARS)
    return `a room's name has 1 to ${MAX_CHARS} characters`;
  if (room === INBOX) return "an inbox is somebody's: @ and a user id";
  if (FORBIDDEN.test(room)) return "a room's name has no control character and no lone surrogate";
  // Two names that look the same must not be two rooms, nor slip past an authorization.
  if (room.normalize("NFC") !== room) return "a room's name is in Unicode normalization form C";
  return undefined;
}

/**
 * The inbox of a user: a room that only this user can join, and that others may publish to.
 *
 * @param userId The user.
 * @returns The room's name.
 */
export function userRoom(userId: string): string {
  return INBOX + userId;
}

/** Whether a room is somebody's inbox. */
export function isUserRoom(room: string): boolean {
  return room.startsWith(INBOX);
}
