import { describe, expect, it } from "vitest";
import { checkKnown, checkRange } from "../src/adapter.ts";
import { checkNumber } from "../src/check-options.ts";

const refusal = (message: string) => expect.objectContaining({ code: "invalid_argument", message });

describe("checkKnown", () => {
  it("lets known options pass, and none", () => {
    expect(() => checkKnown("serve", { port: 80 }, ["port", "host"])).not.toThrow();
    expect(() => checkKnown("serve", {}, ["port"])).not.toThrow();
  });

  it("names the option that is not known, and those that are", () => {
    const check = () => checkKnown("serve", { port: 80, prot: 1 }, ["port", "host"]);
    expect(check).toThrow(refusal("serve: prot is not an option; known: port, host"));
  });

  it.each([undefined, null, 1, "port", [["port"]]])(
    "refuses what holds no options: %j",
    (given) => {
      const check = () => checkKnown("serve", given, ["port"]);
      expect(check).toThrow(refusal("serve: options must be an object"));
    },
  );
});

describe("checkNumber", () => {
  it.each([
    ["a whole number of at least 1", 1.5, { min: 1 }],
    ["a whole number of at least 1 or Infinity", 0, { min: 1, infinite: true }],
    ["a number of at least 0", "2", { min: 0, integer: false }],
  ])("says that it wants %s", (wanted, value, range) => {
    const message = `maxRooms must be ${wanted}, got ${value}`;
    expect(() => checkNumber("maxRooms", value, range)).toThrow(refusal(message));
  });
});

describe("checkRange", () => {
  it("takes both ends and what is between, and undefined for the default", () => {
    for (const value of [1, 1.5, 3, undefined]) {
      expect(() => checkRange("timeoutMs", value, 1, 3)).not.toThrow();
    }
    expect(() => checkRange("timeoutMs", Infinity, 1)).not.toThrow();
  });

  it.each([0.9, 3.1, Number.NaN, "2", null])("refuses %s", (value) => {
    const message = `timeoutMs must be a number from 1 to 3, got ${value}`;
    expect(() => checkRange("timeoutMs", value, 1, 3)).toThrow(refusal(message));
  });

  it("says so where there is no greatest", () => {
    const message = "marginMs must be a number of at least 0, got -1";
    expect(() => checkRange("marginMs", -1, 0)).toThrow(refusal(message));
  });
});
