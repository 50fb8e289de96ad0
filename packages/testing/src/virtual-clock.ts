import { type Clock, InvalidArgumentError } from "@hubbub/core";

/** Options for {@link createVirtualClock}. */
export interface VirtualClockOptions {
  /** What the clock shows at first, in milliseconds since the Unix epoch. (Default: 1 January 2026, UTC) */
  startAt?: number;
  /** How many rounds of microtasks run after each timer; a longer promise chain goes on after the next. (Default: 100) */
  drainRounds?: number;
}

/** A clock that only moves when told to. */
export interface VirtualClock extends Clock {
  /**
   * Calls `fn` once, `ms` milliseconds from now.
   *
   * @returns Cancels the timer; without effect once it has fired.
   * @throws InvalidArgumentError if `ms` is not a finite number. Less than 0 counts as 0.
   */
  setTimer(ms: number, fn: () => void): () => void;
  /** Moves time forward by `ms` milliseconds, firing every timer on the way at its own time. Rejects with what a timer throws. */
  advance(ms: number): Promise<void>;
  /** Moves time forward to `time`, in milliseconds since the Unix epoch; never backwards. */
  advanceTo(time: number): Promise<void>;
  /** Fires timers until none is left, or rejects after `maxTimers` of them. (Default: 100,000) */
  runAll(maxTimers?: number): Promise<void>;
  /** How many timers wait to be fired. */
  readonly pendingTimers: number;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Where the timer is, or where it would have to be inserted. */
function indexOf(timers: readonly Timer[], timer: Timer): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = timers[middle];
    if (other && isBefore(other, timer)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Creates a clock for tests. Timers fire in the order of their times, then of their creation; between
 * two of them promise chains settle. It uses no real timer.
 *
 * @param options Where time begins.
 * @returns A clock that stands still.
 */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { startAt = Date.UTC(2026, 0), drainRounds = 100 } = options;
  const timers: Timer[] = [];
  let time = startAt;
  let created = 0;
  let turn: Promise<void> = Promise.resolve();

  const setTimer = (ms: number, fn: () => void) => {
    if (!Number.isFinite(ms)) {
      throw new InvalidArgumentError(`ms must be a finite number, got ${ms}`);
    }
    const timer: Timer = { at: time + Math.max(0, ms), order: created++, fn };
    timers.splice(indexOf(timers, timer), 0, timer);
    return () => {
      const index = indexOf(timers, timer);
      if (timers[index] === timer) timers.splice(index, 1);
    };
  };

  // A fixed number of rounds: a wait for "nothing new" could not be seen, and would differ from run to run.
  const drain = async () => {
    for (let round = 0; round < drainRounds; round++) await Promise.resolve();
  };

  const fireUntil = async (end: number, maxTimers = Number.POSITIVE_INFINITY) => {
    await drain();
    for (let fired = 0; ; fired++) {
      const next = timers[0];
      if (!next || next.at > end) return;
      if (fired >= maxTimers) throw new Error(`More than ${maxTimers} timers fired`);
      timers.shift();
      time = Math.max(time, next.at);
      next.fn();
      await drain();
    }
  };

  // One move at a time: a second `advance` begins where the first one ends.
  const inTurn = (move: () => Promise<void>) => {
    const result = turn.then(move);
    turn = result.catch(() => undefined);
    return result;
  };

  const moveTo = async (end: number) => {
    if (Number.isNaN(end)) throw new InvalidArgumentError("the time to move to must be a number");
    await fireUntil(end);
    time = Math.max(time, end);
  };

  return {
    now: () => Math.floor(time), // Whole milliseconds, as every clock of the platforms has them.
    sleep: (ms) => new Promise((resolve) => setTimer(ms, resolve)),
    setTimer,
    advance: (ms) => inTurn(() => moveTo(time + ms)),
    advanceTo: (end) => inTurn(() => moveTo(end)),
    runAll: (maxTimers = 100_000) => inTurn(() => fireUntil(Number.POSITIVE_INFINITY, maxTimers)),
    get pendingTimers() {
      return timers.length;
    },
  };
}
