/** Something that is to happen at a time. */
export interface Timer {
  readonly at: number;
  /** Decides between timers of the same time. */
  readonly order: number;
  /** Undefined once cancelled or fired. */
  fn: (() => void) | undefined;
}

/** Timers, the earliest first. */
export interface TimerHeap {
  push(timer: Timer): void;
  /** The earliest that is not cancelled; undefined if there is none. */
  peek(): Timer | undefined;
  /** Takes out what `peek` answers. */
  pop(): Timer | undefined;
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Creates an empty heap. A cancelled timer stays until its time: that is cheaper than looking for it. */
export function createTimerHeap(): TimerHeap {
  const heap: Timer[] = [];

  function push(timer: Timer): void {
    let index = heap.length;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above] as Timer;
      if (!isBefore(timer, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = timer;
  }

  function removeFirst(): void {
    const last = heap.pop() as Timer;
    const { length } = heap;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= length) break;
      const right = below + 1;
      if (right < length && isBefore(heap[right] as Timer, heap[below] as Timer)) below = right;
      const child = heap[below] as Timer;
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = last;
  }

  function peek(): Timer | undefined {
    while (heap[0] && !heap[0].fn) removeFirst();
    return heap[0];
  }

  return {
    push,
    peek,
    pop() {
      const first = peek();
      if (first) removeFirst();
      return first;
    },
  };
}
