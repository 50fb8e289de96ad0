// Names what failed, and prints the last line of `.ci/run`. Its argument says whether a step failed: then it never says "0 failed".
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const path = "coverage/tests.json";
const ran = existsSync(path);
const report = ran
  ? JSON.parse(readFileSync(path, "utf8"))
  : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
// A file that fails to load has no tests, and counts 0 in `numFailedTests`.
const unloaded = report.testResults.filter(
  (file) =>
    file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
);
const broken = Number(process.argv[2] ?? 0) || (ran && report.numPassedTests > 0 ? 0 : 1);
const failed = Math.max(report.numFailedTests + unloaded.length, broken);
for (const file of report.testResults.filter(({ status }) => status === "failed")) {
  const tests = file.assertionResults.filter(({ status }) => status === "failed");
  const lines = tests.map((test) => `${test.fullName}\n${test.failureMessages.join("\n")}`);
  for (const line of lines.length > 0 ? lines : [file.message]) {
    console.log(`FAILED: ${relative(process.cwd(), file.name)}: ${line.slice(0, 1000)}`);
  }
}
console.log(`${report.numPassedTests} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
