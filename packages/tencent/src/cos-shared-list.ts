import type { Clock } from "@hubbub/core";

/**
 * Lists on behalf of all who ask at once: whoever asks while a listing runs gets the next one, which
 * begins after he asked, together with everybody else who waits. So nobody gets a listing that is older
 * than his question, and a busy room costs no more than one listing after the other.
 */
export type SharedList<T> = (name: string, list: () => Promise<T>) => Promise<T>;

interface Turn<T> {
  readonly startedAt: number;
  /** Tells only that it has ended: the page itself would be kept for as long as the room is remembered. */
  settled: Promise<void>;
  ended: boolean;
  /** The listing that begins when this one has ended. */
  waiting?: Promise<T>;
}

const MAX_NAMES = 10_000;

/**
 * Creates what shares listings.
 *
 * @param clock Paces them.
 * @param gapMs How far apart the beginnings of two listings of a name are, in milliseconds.
 */
export function createSharedList<T>(clock: Clock, gapMs: number): SharedList<T> {
  const turns = new Map<string, Turn<T>>();

  function begin(name: string, list: () => Promise<T>): Promise<T> {
    const running = list();
    const turn: Turn<T> = { startedAt: clock.now(), settled: Promise.resolve(), ended: false };
    const end = () => {
      turn.ended = true;
    };
    turn.settled = running.then(end, end);
    turns.delete(name);
    turns.set(name, turn);
    if (turns.size > MAX_NAMES) turns.delete(turns.keys().next().value as string);
    return running;
  }

  async function follow(name: string, turn: Turn<T>, list: () => Promise<T>): Promise<T> {
    await turn.settled; // Its failure is for those who asked for it.
    const left = turn.startedAt + gapMs - clock.now();
    if (left > 0) await clock.sleep(left);
    return begin(name, list);
  }

  return (name, list) => {
    const turn = turns.get(name);
    if (!turn || (turn.ended && !turn.waiting && clock.now() >= turn.startedAt + gapMs)) {
      return begin(name, list);
    }
    turn.waiting ??= follow(name, turn, list);
    return turn.waiting;
  };
}
