import { createSeededRandom } from "@hubbub/testing";

/** Random choices that are the same for the same seed. */
export interface Dice {
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A whole number from 0 up to, not including, `below`. */
  int(below: number): number;
  chance(probability: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
}

/** Creates dice; lots of one run have seeds of their own, so that each can be replayed alone. */
export function createDice(seed: number, lot: number): Dice {
  const random = createSeededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (lot * 0x27d4eb2f));
  const int = (below: number) => Math.floor(random() * below);
  return {
    random,
    int,
    chance: (probability) => random() < probability,
    pick: <T>(list: readonly T[]): T => list[int(list.length)] as T,
  };
}
