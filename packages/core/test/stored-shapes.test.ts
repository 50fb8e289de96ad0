import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isConnection, isLogEntry, isObject, isUser, isWhole, readJson } from "../src/adapter.ts";

const USER = { userId: "ann", name: "Ann", plan: "paid" };
const CONNECTION = {
  ...{ connectionId: "c", user: USER, protocol: "plain", rooms: ["lobby"] },
  ...{ connectedAt: 1, expiresAt: 2, authExpiresAt: 3 },
};
const ENTRY = { mid: "m", from: { id: "ann" }, event: "say", data: null, ts: 1, digest: "d" };

/** The value with each of its properties replaced by what can't be there, and with each left out. */
function* damaged(value: object, optional: readonly string[]): Generator<[string, object]> {
  for (const key of Object.keys(value)) {
    for (const bad of [null, {}, [1], true, Number.NaN]) {
      yield [`${key} is ${JSON.stringify(bad)}`, { ...value, [key]: bad }];
    }
    if (optional.includes(key)) continue;
    yield [`no ${key}`, Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))];
  }
}

describe("a shape", () => {
  it("is recognised, with what else there is and without what may be missing", () => {
    expect(isUser(USER)).toBe(true);
    expect(isUser({ userId: "" })).toBe(true);
    const { authExpiresAt: _end, ...endless } = CONNECTION;
    const ours = { ...CONNECTION, protocol: "hubbub.v1" };
    for (const value of [CONNECTION, ours, endless, { ...CONNECTION, later: 1 }]) {
      expect(isConnection(value)).toBe(true);
    }
    const { from: _from, ...ownEntry } = ENTRY;
    for (const value of [ENTRY, ownEntry, { ...ENTRY, data: undefined, seq: 4 }]) {
      expect(isLogEntry(value)).toBe(true);
    }
  });

  const oneBad: [string, object] = ["one room is no text", { ...CONNECTION, rooms: ["lobby", 1] }];
  it.each([...damaged(CONNECTION, ["authExpiresAt"]), oneBad])(
    "of a connection is not seen where %s",
    (_name, value) => {
      expect(isConnection(value)).toBe(false);
    },
  );

  const { data: _data, ...checked } = ENTRY;
  it.each([...damaged(checked, ["from"])])("of an entry is not seen where %s", (_name, value) => {
    expect(isLogEntry(value)).toBe(false);
  });

  it("is that of nothing else, whatever it is", () => {
    const shapes = [isConnection, isLogEntry, isUser];
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const is of shapes) expect(is(value)).toBe(false);
      }),
    );
  });

  it("of a whole number has bounds", () => {
    const numbers = [-1, 0, 1, 1.5, 2 ** 53, Number.NaN, "1"];
    expect(numbers.map((value) => isWhole(value))).toEqual([
      false,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([0, 1].map((value) => isWhole(value, 1))).toEqual([false, true]);
    expect([{}, [], null].map(isObject)).toEqual([true, false, false]);
  });

  it("of JSON is none where there is no JSON", () => {
    expect(["{", "", undefined, 1, "1", '{"a":[]}'].map(readJson)).toEqual([
      ...[undefined, undefined, undefined, undefined, 1],
      { a: [] },
    ]);
  });
});
