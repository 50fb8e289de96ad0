import { describe, expect, it } from "vitest";
import { cleanName, guestFromToken } from "../guest.ts";

const secret = "0123456789abcdef";

describe("guestFromToken", () => {
  it("derives the user from the secret alone, one way", async () => {
    const ana = await guestFromToken(`${secret}.Ana`);
    const bodil = await guestFromToken(`${secret}.Bodil. The second`);
    expect(ana?.userId).toBe(bodil?.userId);
    expect(bodil?.name).toBe("Bodil. The second");
    expect(ana?.userId).toMatch(/^guest-[0-9a-f]{24}$/);
    expect(ana?.userId).not.toContain(secret);
    expect((await guestFromToken("0123456789abcdeg.Ana"))?.userId).not.toBe(ana?.userId);
  });

  it.each([
    undefined,
    "",
    "Ana",
    "short.Ana",
    `${secret}.`,
    `${secret}. \u200B`,
    `${"x".repeat(65)}.Ana`,
  ])("refuses %j", async (token) => {
    expect(await guestFromToken(token)).toBeUndefined();
  });
});

describe("cleanName", () => {
  it.each([
    ["  Ana   Lind\u0000qvist ", "Ana Lind qvist"],
    ["\u202Eeve", "eve"],
    ["\uD800x", "x"],
    ["👩\u200D🚀", "👩\u200D🚀"],
    ["\u200D\u200D", ""],
    ["n".repeat(50), "n".repeat(32)],
    ["👍".repeat(40), "👍".repeat(32)],
  ])("makes of %j %j", (typed, name) => {
    expect(cleanName(typed)).toBe(name);
  });
});
