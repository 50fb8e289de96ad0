import type { DefineCase } from "../src/contracts/define-case.ts";

/** Runs a contract until a case fails; undefined if every one passes. */
export async function firstFailure(
  register: (define: DefineCase) => void,
): Promise<string | undefined> {
  const cases: { name: string; run: () => Promise<void> }[] = [];
  register((name, run, options) => {
    if (!options?.skip) cases.push({ name, run });
  });
  for (const { name, run } of cases) {
    const failed = await run().then(
      () => false,
      () => true,
    );
    if (failed) return name;
  }
  return undefined;
}
