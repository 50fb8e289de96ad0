import { nextTick } from "node:process";
import { type Clock, InvalidArgumentError } from "@hubbub/core";
import { createTimerHeap, type Timer } from "./timer-heap.ts";

/** Options for {@link createVirtualClock}. */
export interface VirtualClockOptions {
  /** What the clock shows at first, in milliseconds since the Unix epoch. (Default: 1 January 2026, UTC) */
  startAt?: number;
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
  /** How many timers have fired. */
  readonly firedTimers: number;
}

/**
 * Creates a clock for tests. Timers fire in the order of their times, then of their creation; between
 * two of them every promise chain settles, however long. It uses no real timer.
 *
 * @param options Where time begins.
 * @returns A clock that stands still.
 */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const { startAt = Date.UTC(2026, 0) } = options;
  const timers = createTimerHeap();
  let time = startAt;
  let created = 0;
  let pending = 0;
  let fired = 0;
  let turn: Promise<void> = Promise.resolve();

  const setTimer = (ms: number, fn: () => void) => {
    if (!Number.isFinite(ms)) {
      throw new InvalidArgumentError(`ms must be a finite number, got ${ms}`);
    }
    const timer: Timer = { at: time + Math.max(0, ms), order: created++, fn };
    timers.push(timer);
    pending++;
    return () => {
      if (timer.fn) pending--;
      timer.fn = undefined;
    };
  };

  /** Fires what is due, one timer after the other, each once all is quiet. */
  const fireUntil = (end: number, most = Number.POSITIVE_INFINITY) =>
    new Promise<void>((resolve, reject) => {
      let left = most;
      const step = () => {
        const next = timers.peek();
        if (!next || next.at > end) return resolve();
        if (left-- === 0) return reject(new Error(`More than ${most} timers fired`));
        timers.pop();
        time = Math.max(time, next.at);
        pending--;
        fired++;
        const { fn } = next;
        next.fn = undefined;
        try {
          fn?.();
        } catch (error) {
          return reject(error);
        }
        onceQuiet(step);
      };
      onceQuiet(step);
    });

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
      return pending;
    },
    get firedTimers() {
      return fired;
    },
  };
}

const settled = Promise.resolve();

/** Calls `step` when no microtask is left: Node empties their queue before each tick that one of them asks for. */
function onceQuiet(step: () => void): void {
  void settled.then(() => nextTick(step)); // Much cheaper than `queueMicrotask`.
}
