const FAULT = 1011;
/** Clients must not come back, or not soon, and no frame before the close says so. */
const TELLING: ReadonlySet<number> = new Set([4400, 4429]);

/**
 * Turns a close code into one that SCF does not count as a failure (1000, 1010 and 1011 are the run's status 200,
 * others are 439), where a client acts alike: the `error` or `bye` frame before has told it why.
 *
 * @param code The code that the protocol asks for.
 * @returns 4400, 4429 and 1011 as they are, 1000 for all others.
 */
export function webFunctionCloseCode(code: number): number {
  return code === FAULT || TELLING.has(code) ? code : 1000;
}
