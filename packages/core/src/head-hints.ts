import type { Clock } from "./ports.ts";
import type { LogState } from "./room-log.ts";

/** What this process last knew of the heads of rooms. A stale hint costs a lost race, never a message. */
export interface HeadHints {
  get(room: string): LogState | undefined;
  set(room: string, state: LogState): void;
  delete(room: string): void;
}

const MAX_ROOMS = 10_000;

/** Creates empty hints. Each is forgotten `ttlMs` after it was last confirmed. */
export function createHeadHints(clock: Clock, ttlMs: number): HeadHints {
  const hints = new Map<string, { state: LogState; until: number }>();
  return {
    get(room) {
      const hint = hints.get(room);
      return hint && hint.until > clock.now() ? hint.state : undefined;
    },
    set(room, state) {
      hints.delete(room);
      hints.set(room, { state, until: clock.now() + ttlMs });
      if (hints.size > MAX_ROOMS) hints.delete(hints.keys().next().value as string);
    },
    delete: (room) => void hints.delete(room),
  };
}
