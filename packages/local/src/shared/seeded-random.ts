/**
 * Creates a source of numbers that is the same for the same seed.
 *
 * @param seed A whole number; its lowest 32 bits count.
 * @returns Gives a number of at least 0 and less than 1, as `Math.random` does.
 */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
