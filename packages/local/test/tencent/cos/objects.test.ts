import { describe, expect, it } from "vitest";
import { createTestClock } from "../../kit.ts";
import { Bucket, clientOf, failure, fill, PLACE, Region, startCos } from "./cos-kit.ts";

const forbid = { Headers: { "x-cos-forbid-overwrite": "true" } };

describe("createLocalCos", () => {
  it("puts, gets, heads and deletes", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    const put = await client.putObject({
      ...{ ...PLACE, Key: "a/b.json", Body: "{}", ContentType: "application/json" },
      "x-cos-meta-kind": "test",
    });
    expect(put).toMatchObject({ statusCode: 200, ETag: '"99914b932bd37a50b983c5e7c90ae93b"' });
    expect(put.RequestId).toMatch(/^\S{10,}$/);
    const got = await client.getObject({ ...PLACE, Key: "a/b.json" });
    expect(String(got.Body)).toBe("{}");
    expect(got.headers).toMatchObject({
      ...{ "content-type": "application/json", "x-cos-meta-kind": "test" },
    });
    const head = await client.headObject({ ...PLACE, Key: "a/b.json" });
    expect(head.headers).toMatchObject({ "content-length": "2", etag: put.ETag });
    expect(await client.deleteObject({ ...PLACE, Key: "a/b.json" })).toMatchObject({
      statusCode: 204,
    });
    await client.deleteObject({ ...PLACE, Key: "a/b.json" });
    expect(cos.keys()).toEqual([]);
    expect(cos.requests.map(({ action, status }) => [action, status])).toEqual([
      ...[["PutObject", 200] as const, ["GetObject", 200] as const, ["HeadObject", 200] as const],
      ...[["DeleteObject", 204] as const, ["DeleteObject", 204] as const],
    ]);
    expect(cos.count("DeleteObject")).toBe(2);
  });

  it("answers errors in XML, with the request's id", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    const missing = await failure(client.getObject({ ...PLACE, Key: "a" }));
    expect(missing).toBeInstanceOf(Error);
    expect(missing).toMatchObject({ code: "NoSuchKey", statusCode: 404 });
    const { RequestId } = missing.error as { RequestId: string };
    expect(missing.headers).toMatchObject({ "x-cos-request-id": RequestId });
    const headed = await failure(client.headObject({ ...PLACE, Key: "a" }));
    expect([headed.code, headed.statusCode, headed instanceof Error]).toEqual(["404", 404, false]);
    const long = "k".repeat(851);
    expect(await failure(client.getObject({ ...PLACE, Key: long }))).toMatchObject({
      code: "KeyTooLong",
    });
    await client.putObject({ ...PLACE, Key: long.slice(1), Body: "" });
    expect(await failure(client.getBucketAcl(PLACE))).toMatchObject({ code: "NotImplemented" });
    expect((await fetch(`${cos.url}/%zz`)).status).toBe(400);
  });

  it("does not overwrite what must not be", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    const put = (Body: string, more: object) =>
      client.putObject({ ...PLACE, Key: "slot", Body, ...more });
    await put("1", forbid);
    expect(await failure(put("2", forbid))).toMatchObject({
      ...{ code: "FileAlreadyExists", statusCode: 409 },
    });
    expect(String((await client.getObject({ ...PLACE, Key: "slot" })).Body)).toBe("1");
    await put("3", {});
    expect(String((await client.getObject({ ...PLACE, Key: "slot" })).Body)).toBe("3");
    await client.deleteObject({ ...PLACE, Key: "slot" });
    await put("4", forbid);
  });

  it("lets one of many puts win", async () => {
    const cos = await startCos({ latency: { requestMs: [0, 5], answerMs: [0, 5] } });
    const client = clientOf(cos);
    const puts = Array.from({ length: 20 }, (_, index) =>
      client.putObject({ ...PLACE, Key: "slot", Body: String(index), ...forbid }).then(
        () => index,
        () => undefined,
      ),
    );
    const winners = (await Promise.all(puts)).filter((index) => index !== undefined);
    expect(winners).toHaveLength(1);
    const { Body } = await client.getObject({ ...PLACE, Key: "slot" });
    expect(String(Body)).toBe(String(winners[0]));
  });

  it.each(["Enabled", "Suspended"] as const)(
    "overwrites all the same in a bucket whose versioning is %s",
    async (Status) => {
      const cos = await startCos();
      const client = clientOf(cos);
      const versioning = async () =>
        (await client.getBucketVersioning(PLACE)).VersioningConfiguration;
      const put = (Body: string) => client.putObject({ ...PLACE, Key: "slot", Body, ...forbid });
      expect((await versioning()).Status).toBeUndefined();
      await put("1");
      await client.putBucketVersioning({ ...PLACE, VersioningConfiguration: { Status } });
      expect((await versioning()).Status).toBe(Status);
      await put("2");
      expect(String((await client.getObject({ ...PLACE, Key: "slot" })).Body)).toBe("2");
    },
  );

  it("begins with versions if it is told to", async () => {
    const cos = await startCos({ buckets: { [Bucket]: { versioning: "Suspended" } } });
    const client = clientOf(cos);
    for (const Body of ["1", "2"]) {
      await client.putObject({ ...PLACE, Key: "slot", Body, ...forbid });
    }
  });

  it("deletes many at once, and says which unless it is to be quiet", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    const keys = ["a", "b&<>\"'", "é🦊", "none"];
    fill(cos, ...keys.slice(0, 3), "stays");
    const Objects = keys.map((Key) => ({ Key }));
    const loud = await client.deleteMultipleObject({ ...PLACE, Objects });
    expect(loud.Deleted.map(({ Key }) => Key)).toEqual(keys);
    expect(cos.keys()).toEqual(["stays"]);
    const quiet = await client.deleteMultipleObject({ ...PLACE, Objects, Quiet: true });
    expect([quiet.Deleted, quiet.Error]).toEqual([[], []]);
    const tooMany = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }));
    expect(
      await failure(client.deleteMultipleObject({ ...PLACE, Objects: tooMany })),
    ).toMatchObject({ code: "MalformedXML" });
  });

  it("finds the bucket by the path and by the host, and knows which there are", async () => {
    const cos = await startCos({ buckets: { [Bucket]: {}, "logs-1250000000": {} } });
    const paths = clientOf({ url: cos.domain });
    const hosts = clientOf(cos, { Domain: "", Ip: `127.0.0.1:${cos.port}`, Protocol: "http:" });
    await paths.putObject({ ...PLACE, Key: "a/b", Body: "path" });
    await hosts.putObject({ Bucket: "logs-1250000000", Region, Key: "a/b", Body: "host" });
    expect(cos.keys()).toEqual(["a/b"]);
    expect(cos.keys("logs-1250000000")).toEqual(["a/b"]);
    expect(String((await hosts.getObject({ ...PLACE, Key: "a/b" })).Body)).toBe("path");
    const elsewhere = { Bucket: "none-1250000000", Region, Key: "a" };
    for (const client of [paths, hosts]) {
      expect(await failure(client.getObject(elsewhere))).toMatchObject({
        ...{ code: "NoSuchBucket", statusCode: 404 },
      });
      // The SDK takes a missing bucket for a success.
      expect(await client.deleteObject(elsewhere)).toMatchObject({ BucketNotFound: true });
    }
  });

  it("tells the time by its clock", async () => {
    const clock = createTestClock(Date.now());
    const cos = await startCos({ clock });
    const client = clientOf(cos);
    await client.putObject({ ...PLACE, Key: "a", Body: "" });
    const { headers } = await client.headObject({ ...PLACE, Key: "a" });
    expect(headers?.["last-modified"]).toBe(new Date(clock.now()).toUTCString());
    const { Contents } = await client.getBucket(PLACE);
    expect(Contents[0]?.LastModified).toBe(new Date(clock.now()).toISOString());
  });
});
