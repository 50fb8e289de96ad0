import { afterEach } from "vitest";

/** What mutated code notes of itself, by StrykerJS's name for it. */
interface Notes {
  mutantCoverage?: object;
  hitCount?: number;
}

// StrykerJS 9.3 hands the notes on in a hook whose arguments Vitest 4.1 changed, so that none arrive.
// Without them every mutant would meet every test.
afterEach(({ task }) => {
  const { mutantCoverage, hitCount }: Notes = Reflect.get(globalThis, "__stryker__") ?? {};
  Object.assign(task.file.meta, { mutantCoverage, hitCount });
});
