import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOf, failure, fill, PLACE, startCos } from "./cos-kit.ts";

type Page = Awaited<ReturnType<ReturnType<typeof clientOf>["getBucket"]>>;
const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `k${String(index).padStart(5, "0")}`);
const entriesOf = (page: Page) => [
  ...page.Contents.map(({ Key }) => Key),
  ...page.CommonPrefixes.map(({ Prefix }) => Prefix),
];

describe("a listing", () => {
  it("is in the order of UTF-8, not of UTF-16", async () => {
    const cos = await startCos();
    const keys = ["a", "Z", "é", "\uff5e", "🦊", "a/b", "a-b", "a0"];
    fill(cos, ...keys);
    const { Contents, IsTruncated } = await clientOf(cos).getBucket(PLACE);
    const listed = Contents.map(({ Key }) => Key);
    expect(listed).toEqual(["Z", "a", "a-b", "a/b", "a0", "é", "\uff5e", "🦊"]);
    expect(IsTruncated).toBe("false");
    expect(Contents[0]).toMatchObject({ Size: "1", StorageClass: "STANDARD" });
  });

  it("has at most 1,000 entries, and goes on after the marker", async () => {
    const cos = await startCos();
    const keys = names(2_500);
    fill(cos, ...keys);
    const client = clientOf(cos);
    const pages: Page[] = [];
    for (let Marker: string | undefined = ""; Marker !== undefined; ) {
      const page: Page = await client.getBucket({ ...PLACE, Marker, MaxKeys: 5_000 });
      pages.push(page);
      Marker = page.NextMarker;
    }
    expect(pages.map(({ Contents }) => Contents.length)).toEqual([1_000, 1_000, 500]);
    expect(pages.map(({ IsTruncated }) => IsTruncated)).toEqual(["true", "true", "false"]);
    expect(pages.map(({ NextMarker }) => NextMarker)).toEqual([keys[999], keys[1_999], undefined]);
    expect(pages.flatMap(entriesOf)).toEqual(keys);
    const exact = await client.getBucket({ ...PLACE, Marker: keys[1_499] as string });
    expect([exact.Contents.length, exact.IsTruncated]).toEqual([1_000, "false"]);
  });

  it("takes a marker that is no key, before or behind the prefix", async () => {
    const cos = await startCos();
    fill(cos, "a/1", "b/1", "b/3", "c/1");
    const client = clientOf(cos);
    const list = async (Marker: string) =>
      entriesOf(await client.getBucket({ ...PLACE, Prefix: "b/", Marker }));
    expect(await list("")).toEqual(["b/1", "b/3"]);
    expect(await list("a/9")).toEqual(["b/1", "b/3"]);
    expect(await list("b/1")).toEqual(["b/3"]);
    expect(await list("b/2")).toEqual(["b/3"]);
    expect(await list("b/3")).toEqual([]);
    expect(await list("c/1")).toEqual([]);
  });

  it("rolls keys up to common prefixes, which count as entries", async () => {
    const cos = await startCos();
    fill(cos, "x/a", "x/b/1", "x/b/2", "x/c/1", "x/d", "y");
    const client = clientOf(cos);
    const query = { ...PLACE, Prefix: "x/", Delimiter: "/" };
    const whole = await client.getBucket(query);
    expect(whole.Contents.map(({ Key }) => Key)).toEqual(["x/a", "x/d"]);
    expect(whole.CommonPrefixes).toEqual([{ Prefix: "x/b/" }, { Prefix: "x/c/" }]);
    const seen: string[] = [];
    let Marker: string | undefined = "";
    while (Marker !== undefined) {
      const page: Page = await client.getBucket({ ...query, MaxKeys: 1, Marker });
      expect(entriesOf(page)).toHaveLength(1);
      seen.push(...entriesOf(page));
      Marker = page.NextMarker;
    }
    expect(seen).toEqual(["x/a", "x/b/", "x/c/", "x/d"]);
  });

  it("encodes what it names if it is asked to", async () => {
    const cos = await startCos();
    const keys = ["p /a+b", "p /é\n&<"];
    fill(cos, ...keys);
    const page = await clientOf(cos).getBucket({
      ...{ ...PLACE, Prefix: "p ", Marker: "p ", MaxKeys: 1, EncodingType: "url" },
    });
    expect(page).toMatchObject({
      ...{ EncodingType: "url", Prefix: "p%20", Marker: "p%20", NextMarker: "p%20%2Fa%2Bb" },
    });
    expect(page.Contents.map(({ Key }) => Key)).toEqual(["p%20%2Fa%2Bb"]);
    const plain = await clientOf(cos).getBucket({ ...PLACE, Prefix: "p " });
    expect(plain.Contents.map(({ Key }) => Key)[0]).toBe("p /a+b");
  });

  it("refuses what is no number of keys and no encoding", async () => {
    const client = clientOf(await startCos());
    expect(await failure(client.getBucket({ ...PLACE, MaxKeys: -1 }))).toMatchObject({
      code: "InvalidArgument",
    });
    expect(await failure(client.getBucket({ ...PLACE, EncodingType: "gzip" }))).toMatchObject({
      code: "InvalidArgument",
    });
  });

  it("gives every key once, whatever keys, prefix, marker and page", async () => {
    const part = fc.string({
      unit: fc.constantFrom("a", "b", "/", "é", "🦊", "\uff5e"),
      maxLength: 4,
    });
    const cos = await startCos();
    const client = clientOf(cos);
    const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
    const property = fc.asyncProperty(
      fc.uniqueArray(
        part.filter((key) => key !== "" && !key.startsWith("/")),
        { maxLength: 12 },
      ),
      fc.record({ prefix: part, marker: part, max: fc.integer({ min: 1, max: 4 }) }),
      async (keys, { prefix, marker, max }) => {
        for (const key of cos.keys()) await client.deleteObject({ ...PLACE, Key: key });
        fill(cos, ...keys);
        const seen: string[] = [];
        let Marker: string | undefined = marker;
        while (Marker !== undefined) {
          const page: Page = await client.getBucket({
            ...PLACE,
            Prefix: prefix,
            Marker,
            MaxKeys: max,
          });
          seen.push(...entriesOf(page));
          Marker = page.NextMarker;
        }
        const expected = keys
          .filter((key) => key.startsWith(prefix) && (marker === "" || byBytes(key, marker) > 0))
          .sort(byBytes);
        expect(seen).toEqual(expected);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
