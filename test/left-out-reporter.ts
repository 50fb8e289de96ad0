import type { Reporter, TestModule } from "vitest/node";

/** Says at the end, in one line per reason, which tests were skipped and what they miss. */
export class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const module of modules) {
      for (const test of module.children.allTests("skipped")) {
        const result = test.result();
        // Only `context.skip(note)` leaves a note: what an adapter can't do by nature is not missing.
        const note = result.state === "skipped" ? result.note : undefined;
        if (note) counts.set(note, (counts.get(note) ?? 0) + 1);
      }
    }
    for (const [note, count] of counts) {
      process.stdout.write(`Left out: ${count} ${count === 1 ? "test" : "tests"}, ${note}\n`);
    }
  }
}
