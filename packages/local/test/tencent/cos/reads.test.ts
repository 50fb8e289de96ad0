import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { crc64 } from "../../../src/tencent/cos/crc64.ts";
import { createTestClock } from "../../kit.ts";
import { clientOf, failure, PLACE, startOpenCos } from "./cos-kit.ts";

const Key = "object";
const BODY = "[Object Content]";
const ETAG = '"ee8de918d05640145b18f70f4c3aa602"';
const CRC64 = "16749565679157681890"; // Of this very text in COS's documentation (436/7753).

async function startWithObject() {
  const clock = createTestClock(Date.UTC(2026, 0, 1, 12, 0, 0, 300));
  const cos = await startOpenCos({ clock });
  const client = clientOf(cos);
  await client.putObject({ ...PLACE, Key, Body: BODY, ContentType: "text/plain" });
  const ask = (method: string, headers: Record<string, string>) =>
    fetch(`${cos.url}/${Key}`, { method, headers });
  return { cos, client, ask };
}

describe("crc64", () => {
  it("is CRC-64/XZ", () => {
    expect(crc64(Buffer.from("123456789"))).toBe(String(0x995dc9bbdf1939fan));
    expect(crc64(Buffer.from(""))).toBe("0");
  });
});

describe("what COS says of an object", () => {
  it("is its checksum, and that ranges of it can be read", async () => {
    const { client, ask } = await startWithObject();
    const put = await client.putObject({ ...PLACE, Key, Body: BODY });
    const get = await client.getObject({ ...PLACE, Key });
    const head = await client.headObject({ ...PLACE, Key });
    for (const { headers } of [put, get, head]) {
      expect(headers).toMatchObject({ etag: ETAG, "x-cos-hash-crc64ecma": CRC64 });
    }
    for (const method of ["GET", "HEAD"]) {
      expect((await ask(method, {})).headers.get("accept-ranges")).toBe("bytes");
    }
  });

  it("is what a signed URL asks for instead", async () => {
    const { client } = await startWithObject();
    const { headers } = await client.getObject({
      ...{ ...PLACE, Key, ResponseContentType: "text/html", ResponseCacheControl: "private" },
      ...{ ResponseContentDisposition: 'attachment; filename="a b"', ResponseExpires: "0" },
      ...{ ResponseContentLanguage: "en", ResponseContentEncoding: "br" },
    });
    expect(headers).toMatchObject({
      ...{ "content-type": "text/html", "cache-control": "private", expires: "0" },
      ...{ "content-disposition": 'attachment; filename="a b"', "content-language": "en" },
      ...{ "content-encoding": "br", etag: ETAG },
    });
  });
});

describe("a range", () => {
  it.each([
    ["bytes=8-14", "Content", "8-14"],
    ["bytes=0-0", "[", "0-0"],
    ["bytes=8-", "Content]", "8-15"],
    ["bytes=8-999", "Content]", "8-15"],
    ["bytes=15-15", "]", "15-15"],
    ["bytes=-8", "Content]", "8-15"],
    ["bytes=-999", BODY, "0-15"],
  ])("%s is that part", async (Range, text, range) => {
    const { client } = await startWithObject();
    const { statusCode, Body, headers } = await client.getObject({ ...PLACE, Key, Range });
    expect([statusCode, String(Body)]).toEqual([206, text]);
    expect(headers).toMatchObject({
      ...{ "content-range": `bytes ${range}/16`, "content-length": String(text.length) },
      ...{ etag: ETAG, "x-cos-hash-crc64ecma": CRC64 },
    });
  });

  it.each([
    ["bytes=16-", 416, "InvalidRange"],
    ["bytes=16-20", 416, "InvalidRange"],
    ["bytes=5-4", 416, "InvalidRange"],
    ["bytes=-0", 416, "InvalidRange"],
    ["bytes=0-1,4-5", 400, "InvalidArgument"],
    ["bytes=-", 400, "InvalidArgument"],
    ["lines=0-1", 400, "InvalidArgument"],
  ])("%s is refused", async (Range, statusCode, code) => {
    const { client } = await startWithObject();
    expect(await failure(client.getObject({ ...PLACE, Key, Range }))).toMatchObject({
      ...{ statusCode, code },
    });
  });

  it("lets the SDK download in parts", async () => {
    const { client } = await startWithObject();
    const folder = await mkdtemp(join(tmpdir(), "cos-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const FilePath = join(folder, "object");
    await client.downloadFile({ ...PLACE, Key, FilePath, ChunkSize: 5, ParallelLimit: 2 });
    expect(await readFile(FilePath, "utf8")).toBe(BODY);
  });
});

const SAME_SECOND = "Thu, 01 Jan 2026 12:00:00 GMT"; // The object is of 300 ms later.
const BEFORE = "Thu, 01 Jan 2026 11:59:59 GMT";

describe("a condition", () => {
  it.each<[number, Record<string, string>]>([
    [200, { "if-match": ETAG }],
    [200, { "if-match": ETAG.slice(1, -1) }],
    [200, { "if-match": `"other", ${ETAG}` }],
    [200, { "if-match": "*" }],
    [412, { "if-match": '"other"' }],
    [304, { "if-none-match": ETAG }],
    [304, { "if-none-match": ETAG.slice(1, -1) }],
    [304, { "if-none-match": `W/${ETAG}` }],
    [304, { "if-none-match": "*" }],
    [200, { "if-none-match": '"other"' }],
    [304, { "if-modified-since": SAME_SECOND }],
    [200, { "if-modified-since": BEFORE }],
    [200, { "if-modified-since": "yesterday" }],
    [200, { "if-unmodified-since": SAME_SECOND }],
    [412, { "if-unmodified-since": BEFORE }],
    [200, { "if-unmodified-since": "yesterday" }],
    // A tag says more than a time.
    [200, { "if-match": ETAG, "if-unmodified-since": BEFORE }],
    [200, { "if-none-match": '"other"', "if-modified-since": SAME_SECOND }],
    [412, { "if-match": '"other"', "if-none-match": ETAG }],
    [304, { "if-none-match": ETAG, range: "bytes=0-1" }],
    [412, { "if-match": '"other"', range: "bytes=99-" }],
  ])("is answered with %d: %j", async (status, headers) => {
    const { ask } = await startWithObject();
    for (const method of ["GET", "HEAD"]) {
      const response = await ask(method, headers);
      expect(response.status).toBe(status);
      if (status !== 412) expect(response.headers.get("etag")).toBe(ETAG);
      const text = await response.text();
      if (method === "HEAD" || status === 304) expect(text).toBe("");
      else expect(text).toContain(status === 412 ? "<Code>PreconditionFailed</Code>" : BODY);
    }
  });

  it("is understood by the SDK", async () => {
    const { client } = await startWithObject();
    const since = { ...PLACE, Key, IfModifiedSince: SAME_SECOND };
    expect(await client.getObject(since)).toMatchObject({ NotModified: true });
    expect(await client.headObject(since)).toMatchObject({ NotModified: true });
    expect(await failure(client.getObject({ ...PLACE, Key, IfMatch: '"other"' }))).toMatchObject({
      statusCode: 412,
      code: "PreconditionFailed",
    });
  });
});
