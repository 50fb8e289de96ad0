import { it } from "vitest";

/** How one case of a contract is run. */
export interface CaseOptions {
  /** Leaves the case out, because the adapter lacks what it needs. (Default: false) */
  skip?: boolean | undefined;
  /** How long it may take, in milliseconds. (Default: 30 seconds) */
  timeoutMs?: number | undefined;
}

/** Registers one case of a contract with a test runner. */
export type DefineCase = (name: string, run: () => Promise<void>, options?: CaseOptions) => void;

/**
 * Registers a case with vitest's `it`.
 *
 * @param name What the adapter does.
 * @param run Rejects if it does not.
 * @param options Whether the case applies, and how long it may take.
 */
export const defineWithVitest: DefineCase = (name, run, options = {}) => {
  const { skip = false, timeoutMs = 30_000 } = options;
  it.skipIf(skip)(name, { timeout: timeoutMs }, run);
};
