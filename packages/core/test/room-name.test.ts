import { expect, it } from "vitest";
import { isUserRoom, roomNameProblem, userRoom } from "../src/room-name.ts";

it.each([
  "a",
  "lobby",
  "a/b",
  "../..",
  "%2f",
  "#",
  "__proto__",
  "\u2028",
  "\u202e",
  "／",
  "🦊",
  "é",
  " ",
  "x".repeat(128),
])("accepts the room %j", (room) => {
  expect(roomNameProblem(room)).toBeUndefined();
});

it.each([
  "",
  "x".repeat(129),
  "@",
  "a\u0000",
  "a\nb",
  "\u007f",
  "\u0085",
  "\u009f",
  "\ud800",
  "a\udc00b",
  "e\u0301",
  "\u212b",
])("refuses the room %j", (room) => {
  expect(roomNameProblem(room)).toBeTypeOf("string");
});

it("counts UTF-16 code units", () => {
  expect(roomNameProblem("🦊".repeat(64))).toBeUndefined();
  expect(roomNameProblem(`${"🦊".repeat(64)}x`)).toBeTypeOf("string");
});

it("knows an inbox", () => {
  expect(userRoom("ada")).toBe("@ada");
  expect(isUserRoom("@ada")).toBe(true);
  expect(isUserRoom("ada")).toBe(false);
});
