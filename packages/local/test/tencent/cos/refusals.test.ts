import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  Bucket,
  clientOf,
  failure,
  fill,
  PLACE,
  Region,
  startCos,
  startOpenCos,
} from "./cos-kit.ts";

const NOT_DONE = { statusCode: 501, code: "NotImplemented" };
const COPY_SOURCE = `${Bucket}.cos.${Region}.myqcloud.com/a`;
const md5 = (body: string) => createHash("md5").update(body).digest("base64");
const deletion = (inner: string) => `<Delete><Object>${inner}</Object></Delete>`;

async function startWithObject() {
  const cos = await startOpenCos();
  fill(cos, "a");
  const ask = async (method: string, path: string, headers = {}, body?: string) => {
    const response = await fetch(`${cos.url}${path}`, { method, headers, body: body ?? null });
    const text = await response.text();
    const element = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1];
    return { status: response.status, code: element("Code"), resource: element("Resource") };
  };
  return { cos, client: clientOf(cos), ask };
}

describe("what the local COS does not do", () => {
  it.each<[string, Record<string, string>]>([
    ["a copy", { "x-cos-copy-source": COPY_SOURCE }],
    ["an access control list", { "x-cos-acl": "public-read" }],
    ["a grant", { "x-cos-grant-read": 'id="1"' }],
    ["a storage class", { "x-cos-storage-class": "ARCHIVE" }],
    ["encryption", { "x-cos-server-side-encryption": "AES256" }],
    ["encryption with a key", { "x-cos-server-side-encryption-customer-algorithm": "AES256" }],
    ["tags", { "x-cos-tagging": "a=b" }],
    ["a redirection", { "x-cos-website-redirect-location": "/b" }],
    ["a callback", { "x-cos-callback": "e30=" }],
    ["a lock", { "x-cos-object-lock-mode": "COMPLIANCE" }],
    ["S3's API", { "x-amz-copy-source": "b/a" }],
    ["an operation on a picture", { "pic-operations": "{}" }],
    ["a condition", { "if-match": '"x"' }],
    ["put if absent of others", { "if-none-match": "*" }],
  ])("is refused, not left out of a PUT: %s", async (_what, Headers) => {
    const { cos, client } = await startWithObject();
    const put = client.putObject({ ...PLACE, Key: "b", Body: "1", Headers });
    expect(await failure(put)).toMatchObject(NOT_DONE);
    expect(cos.keys()).toEqual(["a"]);
  });

  it("takes what says no more than what is done anyway", async () => {
    const { cos, client, ask } = await startWithObject();
    for (const [Key, ACL] of [
      ["b", "private"],
      ["c", "default"],
    ] as const) {
      await client.putObject({ ...PLACE, Key, Body: "1", ACL, StorageClass: "STANDARD" });
    }
    const nothing = { "x-cos-acl": "", "x-cos-storage-class": "" };
    expect(await ask("PUT", "/d", nothing, "1")).toMatchObject({ status: 200 });
    expect(cos.keys()).toEqual(["a", "b", "c", "d"]);
  });

  it("is refused of a deletion as well: a condition, and a version", async () => {
    const { cos, client, ask } = await startWithObject();
    expect(await ask("DELETE", "/a", { "if-match": '"x"' })).toMatchObject({ status: 501 });
    const Objects = [{ Key: "a", VersionId: "MTg0NDY3NDI1MzM4NzM0ODA2MTI" }];
    const deleted = client.deleteMultipleObject({ ...PLACE, Objects });
    expect(await failure(deleted)).toMatchObject(NOT_DONE);
    expect(await failure(client.deleteObject({ ...PLACE, ...Objects[0], Key: "a" }))).toMatchObject(
      NOT_DONE,
    );
    expect(cos.keys()).toEqual(["a"]);
  });

  it("is no read in the clear of what is encrypted", async () => {
    const { ask } = await startWithObject();
    const headers = { "x-cos-server-side-encryption-customer-algorithm": "AES256" };
    expect(await ask("GET", "/a", headers)).toMatchObject({ status: 501 });
  });

  it.each([
    ["PUT", "/"],
    ["DELETE", "/"],
    ["POST", "/"],
    ["POST", "/b"],
    ["GET", "/a?acl"],
    ["PUT", "/b?partNumber=1&uploadId=x"],
    ["POST", "/b?uploads"],
    ["GET", "/?versions"],
    ["GET", "/a?versioning"],
    ["PUT", "/b?response-content-type=text/html"],
    ["GET", "/a?imageMogr2/thumbnail/10x"],
  ])("is a clear %s %s", async (method, path) => {
    const { cos, ask } = await startWithObject();
    expect(await ask(method, path)).toMatchObject({ status: 501, code: "NotImplemented" });
    expect(cos.keys()).toEqual(["a"]);
  });

  it("is another method", async () => {
    const { ask } = await startWithObject();
    expect(await ask("PATCH", "/a")).toMatchObject({ status: 405, code: "MethodNotAllowed" });
  });

  it("answers a preflight as a bucket without CORS does, signed or not", async () => {
    const cos = await startCos();
    const headers = { origin: "https://a.example", "access-control-request-method": "PUT" };
    const { status } = await fetch(`${cos.url}/a`, { method: "OPTIONS", headers });
    expect(status).toBe(403);
  });

  it("names what was asked for, and no signature", async () => {
    const { ask } = await startWithObject();
    const { resource } = await ask("GET", "/b%20c?acl&q-signature=secret");
    expect(resource).toBe("/b%20c");
  });
});

describe("a body", () => {
  it("must be the one that its digests are of", async () => {
    const { cos, ask } = await startWithObject();
    const sha1 = (body: string) => createHash("sha1").update(body).digest("hex");
    const put = (headers: object) => ask("PUT", "/b", headers, "body");
    expect(await put({ "content-md5": md5("other") })).toMatchObject({ code: "BadDigest" });
    expect(await put({ "content-md5": "!" })).toMatchObject({ code: "InvalidDigest" });
    expect(await put({ "x-cos-content-sha1": sha1("other") })).toMatchObject({ code: "BadDigest" });
    expect(cos.keys()).toEqual(["a"]);
    const right = { "content-md5": md5("body"), "x-cos-content-sha1": sha1("body") };
    expect(await put(right)).toMatchObject({ status: 200 });
  });

  it("of a multi-delete must come with its digest", async () => {
    const { cos, ask } = await startWithObject();
    const body = deletion("<Key>a</Key>");
    expect(await ask("POST", "/?delete", {}, body)).toMatchObject({
      ...{ status: 400, code: "InvalidRequest" },
    });
    expect(cos.keys()).toEqual(["a"]);
    const headers = { "content-md5": md5(body) };
    expect(await ask("POST", "/?delete", headers, body)).toMatchObject({ status: 200 });
    expect(cos.keys()).toEqual([]);
  });
});

describe("a key of the only bucket", () => {
  it.each(["backup-20240101/x", "log-1700000000", "none-1250000000/x"])(
    "may look like a bucket's name: %s",
    async (Key) => {
      const cos = await startCos();
      const client = clientOf(cos);
      await client.putObject({ ...PLACE, Key, Body: Key });
      expect(cos.keys()).toEqual([Key]);
      expect(String((await client.getObject({ ...PLACE, Key })).Body)).toBe(Key);
    },
  );

  it("is told from a bucket that is not there by what was signed, or else by its digits", async () => {
    const cos = await startCos();
    const elsewhere = { Bucket: "none-1250000000", Region, Key: "a" };
    const missing = { statusCode: 404, code: "NoSuchBucket" };
    expect(await failure(clientOf({ url: cos.domain }).getObject(elsewhere))).toMatchObject(
      missing,
    );
    const open = await startOpenCos();
    expect(await failure(clientOf({ url: open.domain }).getObject(elsewhere))).toMatchObject(
      missing,
    );
    const client = clientOf(open);
    await client.putObject({ ...PLACE, Key: "backup-20240101/x", Body: "1" });
    expect(open.keys()).toEqual(["backup-20240101/x"]);
  });
});
