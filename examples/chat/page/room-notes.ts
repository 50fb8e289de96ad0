import { HubbubClientError, type Reset } from "@hubbub/client";
import { count, dayKey, formatDay, formatTime } from "./format.ts";

/** A point in time for a sentence: the time, and the day if it is not today. */
function when(ts: number, now: number): string {
  const time = formatTime(ts);
  return dayKey(ts) === dayKey(now) ? time : `${formatDay(ts, now)}, ${time}`;
}

function period(since: number | undefined, now: number): string {
  const end = when(now, now);
  if (since === undefined) return `before ${end}`;
  const start = when(since, now);
  return start === end ? `from about ${end}` : `between ${start} and ${end}`;
}

/**
 * Says which messages were lost to this page.
 *
 * @param reset What the client was told.
 * @param since When the last message before the gap was said; undefined if there was none.
 * @param now The time.
 * @returns The text of a divider.
 */
export function resetNote(reset: Reset, since: number | undefined, now: number): string {
  const between = period(since, now);
  if (reset.epochChanged) {
    return `The server has forgotten this room’s history and starts a new one. Messages ${between} may be missing here.`;
  }
  const lost = (reset.to ?? 0) - (reset.from ?? 1) + 1;
  const what = lost > 0 ? count(lost, "message") : "Messages";
  return `${what} ${between} ${lost === 1 ? "is" : "are"} no longer kept by the server.`;
}

/**
 * Says why a message was not sent.
 *
 * @param error What publishing rejected with.
 * @returns A short sentence.
 */
export function failureNote(error: unknown): string {
  const code = error instanceof HubbubClientError ? error.code : "internal";
  switch (code) {
    case "undecided":
      return "It is not known whether this message arrived.";
    case "closed":
      return "The connection was closed before this message was sent.";
    case "forbidden":
      return "You may not write here.";
    case "rate_limited":
      return "Too many messages at once.";
    case "bad_data":
    case "too_large":
      return "This message is too long.";
    case "rejected":
      return error instanceof Error ? error.message : "Refused.";
    default:
      return `Not sent (${code}).`;
  }
}

/**
 * Says why a room could not be joined, or was left.
 *
 * @param name The room's name.
 * @param code The client's code.
 * @returns A sentence.
 */
export function leftNote(name: string, code: string): string {
  switch (code) {
    case "bad_room":
      return `There can be no room with the name “${name}”.`;
    case "forbidden":
      return `You may not enter #${name}.`;
    case "kicked":
      return `You were removed from #${name}.`;
    case "too_many_rooms":
      return `You are in too many rooms to join #${name}: leave one first.`;
    default:
      return `#${name} could not be joined (${code}).`;
  }
}
