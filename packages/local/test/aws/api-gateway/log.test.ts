import { expect, it } from "vitest";
import { connect, createTestClock, refused, startGateway } from "../../kit.ts";

/** What the gateway logs while clients come and say something. */
async function logged(handler: () => unknown, clock = createTestClock()) {
  const lines: string[] = [];
  const logger = { error: (message: string) => lines.push(message) };
  const gateway = await startGateway({ clock, logger, routes: { $default: handler } });
  const { ws, nextJson } = await connect(gateway.url);
  ws.send("hi");
  return { lines, nextJson };
}

it("a handler that fails is named in the log", async () => {
  const { lines, nextJson } = await logged(() => Promise.reject(new Error("boom")));
  await nextJson();
  expect(lines).toEqual(["the handler of $default failed"]);
});

it("a handler that runs too long is named in the log", async () => {
  const clock = createTestClock();
  let called = false;
  const { lines, nextJson } = await logged(() => {
    called = true;
    return new Promise(() => undefined);
  }, clock);
  while (!called) await new Promise(setImmediate);
  await clock.advance(29_000);
  await nextJson();
  expect(lines).toEqual(["the handler of $default timed out"]);
});

it.each([
  ["no", [], new Error("Unauthorized")],
  ["no, without an error", [], "Unauthorized"],
  ["that it failed", ["the handler of authorizer failed"], new Error("no database")],
])("an authorizer that says %s is logged as %j", async (_what, expected, error) => {
  const lines: string[] = [];
  const logger = { error: (message: string) => lines.push(message) };
  const authorizer = { handler: () => Promise.reject(error) };
  const gateway = await startGateway({ authorizer, logger });
  await refused(gateway.url);
  expect(lines).toEqual(expected);
});
