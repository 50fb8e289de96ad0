/** Something that is looked after now and then. */
interface Beating {
  beat(): Promise<void>;
}

/** Calls `beat` of everything it holds, once per period. */
export interface Heartbeat<T extends Beating> {
  add(item: T): void;
  delete(item: T): void;
  stop(): void;
}

const MAX_SLOTS = 25;
const MIN_SLOT_MS = 10;
const MAX_AT_ONCE = 16;

/**
 * Starts a heartbeat. Its items are spread over the period, and few are served at once, so that many
 * connections are no load peak for the store.
 *
 * @param periodMs How often each item beats, in milliseconds.
 */
export function createHeartbeat<T extends Beating>(periodMs: number): Heartbeat<T> {
  const count = Math.max(1, Math.min(MAX_SLOTS, Math.floor(periodMs / MIN_SLOT_MS)));
  const slots = Array.from({ length: count }, () => new Set<T>());
  let turn = 0;
  let next = 0;

  const timer = setInterval(() => {
    turn = (turn + 1) % count;
    const slot = slots[turn];
    if (slot && slot.size > 0) void beatAll([...slot]);
  }, periodMs / count);
  timer.unref();

  return {
    add(item) {
      next = (next + 1) % count;
      slots[next]?.add(item);
    },
    delete(item) {
      for (const slot of slots) slot.delete(item);
    },
    stop() {
      clearInterval(timer);
    },
  };
}

async function beatAll(items: Beating[]): Promise<void> {
  const lane = async () => {
    for (let item = items.pop(); item; item = items.pop()) await item.beat();
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, lane));
}
