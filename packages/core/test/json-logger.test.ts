import { expect, it } from "vitest";
import { UnavailableError } from "../src/errors.ts";
import { createJsonLogger } from "../src/json-logger.ts";

it("writes a line of JSON that keeps the SDK's request, and its token, to itself", () => {
  const lines: string[] = [];
  const output = {
    error: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
  };
  const logger = createJsonLogger(output);
  const cause = Object.assign(new Error("refused"), {
    $response: { headers: { token: "SECRET" } },
    code: { token: "SECRET" }, // Not a code, whatever it is.
  });
  logger.error("it failed", { room: "lobby", error: new UnavailableError("down", { cause }) });
  logger.warn("it was repaired");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      ...{ level: "ERROR", message: "it failed", room: "lobby" },
      error: { code: "unavailable", message: "down", cause: { name: "Error", message: "refused" } },
    },
    { level: "WARN", message: "it was repaired" },
  ]);
  expect(lines.join()).not.toContain("SECRET");
  expect(lines[0]).not.toContain("\n");
});

it("ends where errors cause each other in a circle", () => {
  const lines: string[] = [];
  const logger = createJsonLogger({
    error: (line: string) => void lines.push(line),
    warn: () => undefined,
  });
  const error = new Error("a");
  error.cause = error;
  logger.error("it failed", { error });
  expect(lines.map((line) => line.match(/"cause"/g)?.length)).toEqual([4]);
});
