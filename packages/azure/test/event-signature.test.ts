import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { createSignatureCheck } from "../src/event-signature.ts";
import { KEY, SECONDARY_KEY, sign } from "./events.ts";

const primary = "sha256=261f7f58ff9fb9bb8be7e4951a807fe6091e5c074885bf63b865eccd28728881";
const secondary = "sha256=83e4539b4b54046f82358a2756701bf60b3f82a33d9f8284084fa3584667651f";
const check = createSignatureCheck([KEY]);
const both = createSignatureCheck([KEY, SECONDARY_KEY]);

describe("ce-signature", () => {
  it("is that of the service, by either key, among several", () => {
    expect(check("conn-1", primary)).toBe(true);
    expect(check("conn-1", secondary)).toBe(false);
    expect(createSignatureCheck([SECONDARY_KEY])("conn-1", secondary)).toBe(true);
    expect(createSignatureCheck([SECONDARY_KEY])("conn-1", primary)).toBe(false);
    for (const value of [
      primary,
      secondary,
      `${primary},${secondary}`,
      `${secondary}, ${primary}`,
    ]) {
      expect(both("conn-1", value)).toBe(true);
    }
  });

  it("is that of an event in the tests of Microsoft's .NET handler", () => {
    const id = "0f9c97a2f0bf4706afe87a14e0797b11";
    const value = "sha256=7767effcb3946f3e1de039df4b986ef02c110b1469d02c0a06f41b3b727ab561";
    expect(createSignatureCheck(["7aab239577fd4f24bc919802fb629f5f"])(id, value)).toBe(true);
    expect(createSignatureCheck(["ccc"])(id, value)).toBe(false);
  });

  it.each([
    ["none", null],
    ["an empty one", ""],
    ["a list of nothing", ",,,"],
    ["upper-case digits", primary.toUpperCase().replace("SHA", "sha")],
    ["an upper-case name", primary.replace("sha", "SHA")],
    ["another algorithm", primary.replace("sha256", "sha512")],
    ["no name", primary.slice(7)],
    ["one that is cut", primary.slice(0, -1)],
    ["one that goes on", `${primary}0`],
    ["one behind a byte that is none", `\u0000${primary}`],
    ["a megabyte", `${"x".repeat(1_000_000)},${primary}`],
    ["many", `${`${secondary.replace("8", "9")},`.repeat(20)}${primary}`],
  ])("is not %s", (_what, value) => {
    expect(both("conn-1", value)).toBe(false);
  });

  it("accepts none of 10,000 that are wrong, and refuses none of 10,000 that are right", () => {
    const random = createSeededRandom(1);
    const below = (n: number) => Math.floor(random() * n);
    const spoilt: ((value: string, id: string) => [id: string, value: string])[] = [
      (value, id) => [id, value.slice(0, below(value.length))],
      (value, id) => {
        const at = 7 + below(64);
        const digit = ((Number.parseInt(value[at] ?? "0", 16) + 1 + below(15)) % 16).toString(16);
        return [id, value.slice(0, at) + digit + value.slice(at + 1)];
      },
      (value, id) => [
        id,
        /[a-f]/.test(value.slice(7)) ? `sha256=${value.slice(7).toUpperCase()}` : "",
      ],
      (value, id) => [`${id}x`, value],
      (_value, id) => [id, sign(id, `${KEY}x`)],
      (_value, id) => [id, sign(id.toUpperCase(), KEY)],
      (value, id) => [id, value.replace("=", ":")],
      (_value, id) => [id, `sha256=${"0".repeat(64)}`],
    ];
    let [accepted, refused] = [0, 0];
    for (let n = 0; n < 10_000; n++) {
      const id = `c${n}-${below(1e9).toString(36)}`;
      const value = sign(id, [KEY, SECONDARY_KEY][n % 2] ?? KEY);
      if (!both(id, n % 3 === 0 ? `${value},${sign(id, "other")}` : value)) refused++;
      const [otherId, wrong] = (spoilt[n % spoilt.length] as (typeof spoilt)[0])(value, id);
      if (both(otherId, wrong)) accepted++;
    }
    expect([accepted, refused]).toEqual([0, 0]);
  });
});
