/** Creates numbers in [0, 1) that are the same in every run. */
export function createTestRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647; // Park and Miller's generator
    return state / 2_147_483_647;
  };
}
