import { expect } from "vitest";

/** Makes a change that careless code might make; a frozen value may refuse it. */
export function spoil(change: () => unknown): void {
  try {
    change();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
  }
}

/** Takes `readonly` off. */
export type Writable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K];
};
