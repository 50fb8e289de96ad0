import type { Clock } from "@hubbub/core";
import { type EventAnswer, STATE } from "./event-answer.ts";

/** Remembers what events were answered with. */
export interface RecentAnswers {
  /**
   * Does the work of an event once. A repetition gets the answer of the first time, even while that is
   * still under way.
   *
   * @param key Which event it is.
   * @param fingerprint What it holds.
   * @param work Handles it.
   * @returns Undefined if the event was there before and held something else.
   */
  once(
    key: string,
    fingerprint: string,
    work: () => Promise<EventAnswer>,
  ): Promise<EventAnswer | undefined>;
}

/** How much is remembered, and for how long. */
export interface RecentAnswersOptions {
  readonly clock: Clock;
  /** Events; 0 remembers nothing. */
  readonly maxEvents: number;
  /** How long, in milliseconds. */
  readonly ttlMs: number;
}

interface Entry {
  readonly fingerprint: string;
  readonly answer: Promise<EventAnswer>;
  readonly at: number;
  chars: number;
}

const MAX_CHARS = 16 * 1024 * 1024; // Of all answers together.

/** Creates an empty memory. It forgets the oldest first, an event as a whole. */
export function createRecentAnswers(options: RecentAnswersOptions): RecentAnswers {
  const { clock, maxEvents, ttlMs } = options;
  const entries = new Map<string, Entry>();
  let chars = 0;

  function forget(key: string, entry: Entry | undefined): void {
    if (!entry || entries.get(key) !== entry) return;
    entries.delete(key);
    chars -= entry.chars;
  }

  function makeRoom(): void {
    const until = clock.now() - ttlMs;
    for (const [key, entry] of entries) {
      if (entries.size <= maxEvents && chars <= MAX_CHARS && entry.at >= until) return;
      forget(key, entry);
    }
  }

  return {
    async once(key, fingerprint, work) {
      const known = entries.get(key);
      if (known) return known.fingerprint === fingerprint ? known.answer : undefined;
      const entry: Entry = { fingerprint, answer: work(), at: clock.now(), chars: 0 };
      entries.set(key, entry);
      makeRoom();
      try {
        const answer = await entry.answer;
        if (answer.status >= 500) {
          forget(key, entry); // The service comes again, and is to have another answer.
        } else if (entries.get(key) === entry) {
          entry.chars = (answer.body?.length ?? 0) + (answer.headers?.[STATE]?.length ?? 0);
          chars += entry.chars;
          makeRoom();
        }
        return answer;
      } catch (error) {
        forget(key, entry);
        throw error;
      }
    },
  };
}
