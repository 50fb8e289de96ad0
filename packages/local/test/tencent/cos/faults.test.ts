import { describe, expect, it } from "vitest";
import { COS_LIMITS, type CosFault } from "../../../src/tencent.ts";
import { createTestClock } from "../../kit.ts";
import { clientOf, failure, fill, PLACE, startCos } from "./cos-kit.ts";

const forbid = { Headers: { "x-cos-forbid-overwrite": "true" } };

/** The fault for the first request, and for how many it is. */
const first = (fault: CosFault, times = 1) => {
  let left = times;
  return () => (left-- > 0 ? fault : undefined);
};

describe("faults on demand", () => {
  it("answers errors, before the effect or after it", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    const put = (Key: string) => client.putObject({ ...PLACE, Key, Body: "1" });
    cos.faults.requests = first({ error: "AccessDenied" });
    expect(await failure(put("before"))).toMatchObject({ code: "AccessDenied", statusCode: 403 });
    cos.faults.requests = first({ error: "AccessDenied", afterEffect: true });
    expect(await failure(put("after"))).toMatchObject({ code: "AccessDenied" });
    expect(cos.keys()).toEqual(["after"]);
    await put("now");
  });

  it("meets the SDK's own repetitions of what failed with 5xx", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    cos.faults.requests = first({ error: "InternalError" }, 3);
    await client.putObject({ ...PLACE, Key: "a", Body: "1" });
    expect(cos.requests.map(({ status, retry }) => [status, retry])).toEqual([
      ...[[500, false] as const, [500, true] as const, [500, true] as const, [200, true] as const],
    ]);
    cos.faults.requests = () => ({ error: "ServiceUnavailable" });
    expect(await failure(client.getBucket(PLACE))).toMatchObject({ statusCode: 503 });
    expect(cos.count("GetBucket")).toBe(4);
  });

  it("loses an answer after the effect, so that the SDK's repetition meets its own object", async () => {
    const cos = await startCos();
    const client = clientOf(cos);
    cos.faults.requests = first({ error: "no-answer", afterEffect: true });
    const put = client.putObject({ ...PLACE, Key: "slot", Body: "mine", ...forbid });
    expect(await failure(put)).toMatchObject({ code: "FileAlreadyExists" });
    expect(cos.requests.map(({ status }) => status)).toEqual([0, 409]);
  });

  it("loses an answer in its middle", async () => {
    const cos = await startCos();
    fill(cos, "a", "b");
    cos.faults.requests = () => ({ error: "half-answer" });
    expect(await failure(clientOf(cos).getBucket(PLACE))).toMatchObject({ code: "ECONNRESET" });
  });

  it("does not answer", async () => {
    const cos = await startCos();
    cos.faults.requests = () => ({ error: "hang" });
    const client = clientOf(cos, { Timeout: 50 });
    expect(await failure(client.getObject({ ...PLACE, Key: "a" }))).toMatchObject({
      code: "ESOCKETTIMEDOUT",
    });
    expect(cos.requests.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  });

  it("lists what was there a while ago, or not all of it", async () => {
    const clock = createTestClock(Date.now());
    const cos = await startCos({ clock });
    const client = clientOf(cos);
    const list = async (listing: CosFault["listing"]) => {
      cos.faults.requests = () => ({ ...(listing && { listing }) });
      return (await client.getBucket(PLACE)).Contents.map(({ Key }) => Key);
    };
    fill(cos, "a", "b");
    await clock.advance(1_000);
    fill(cos, "c");
    await client.deleteObject({ ...PLACE, Key: "a" });
    await clock.advance(1_000);
    fill(cos, "d");
    expect(await list(undefined)).toEqual(["b", "c", "d"]);
    expect(await list({ staleMs: 500 })).toEqual(["b", "c"]);
    expect(await list({ staleMs: 1_500 })).toEqual(["a", "b"]);
    expect(await list({ staleMs: 5_000 })).toEqual([]);
    expect(await list({ hide: (key) => key === "c" })).toEqual(["b", "d"]);
  });

  it("takes its time, so that answers overtake each other", async () => {
    const clock = createTestClock(Date.now());
    const cos = await startCos({ clock });
    const client = clientOf(cos);
    cos.faults.requests = ({ key }) => (key === "slow" ? { delayMs: 1_000 } : undefined);
    let done = false;
    const slow = client.putObject({ ...PLACE, Key: "slow", Body: "" }).then(() => {
      done = true;
    });
    await client.putObject({ ...PLACE, Key: "fast", Body: "" });
    expect([done, cos.keys()]).toEqual([false, ["fast"]]);
    await expect.poll(() => clock.timers).toBe(1);
    await clock.advance(1_000);
    await slow;
    expect(cos.keys()).toEqual(["fast", "slow"]);
  });
});

describe("caps", () => {
  const slowDowns = async (work: Promise<unknown>[]) =>
    (
      await Promise.all(
        work.map((each) =>
          each.then(
            () => "",
            ({ code }) => String(code),
          ),
        ),
      )
    ).filter((code) => code === "SlowDown").length;

  it("answers SlowDown to more listings of a prefix than the cap, until a second is over", async () => {
    const clock = createTestClock(Date.now());
    const cos = await startCos({ clock, limits: { listsOfPrefixPerSecond: 5 } });
    const client = clientOf(cos);
    const list = (Prefix: string) => client.getBucket({ ...PLACE, Prefix });
    const answers = () => cos.requests.map(({ status }) => status);
    await Promise.all(Array.from({ length: 5 }, () => list("a")));
    expect(await failure(list("a"))).toMatchObject({ code: "SlowDown", statusCode: 503 });
    await list("b");
    await clock.advance(200);
    await list("a");
    expect(answers().filter((status) => status === 503)).toHaveLength(4); // The SDK tries 4 times.
    expect(await slowDowns([list("a")])).toBe(1);
  });

  it("caps reads, writes, lists and multi-deletes of a bucket and of a key", async () => {
    const clock = createTestClock(Date.now());
    const place = { ...PLACE, Key: "a" };
    const calls: Record<string, (client: ReturnType<typeof clientOf>) => Promise<unknown>> = {
      readsPerSecond: (client) => client.getObject(place),
      writesPerSecond: (client) => client.deleteObject({ ...PLACE, Key: "b" }),
      listsPerSecond: (client) => client.getBucket(PLACE),
      multiDeletesPerSecond: (client) =>
        client.deleteMultipleObject({ ...PLACE, Objects: [{ Key: "a" }] }),
      writesOfKeyPerSecond: (client) => client.putObject({ ...place, Body: "" }),
      readsOfKeyPerSecond: (client) => client.getObject(place),
    };
    for (const [name, call] of Object.entries(calls)) {
      const cos = await startCos({ clock, limits: { [name]: 2 } });
      fill(cos, "a");
      const client = clientOf(cos);
      expect([name, await slowDowns([call(client), call(client), call(client)])]).toEqual([
        name,
        1,
      ]);
    }
  });

  it("counts every key of a multi-delete as a write", async () => {
    const clock = createTestClock(Date.now());
    const cos = await startCos({ clock, limits: { writesPerSecond: 10 } });
    const Objects = Array.from({ length: 11 }, (_, index) => ({ Key: String(index) }));
    const remove = clientOf(cos).deleteMultipleObject({ ...PLACE, Objects });
    expect(await failure(remove)).toMatchObject({ code: "SlowDown" });
  });

  it("has the documented figures", () => {
    expect(COS_LIMITS).toMatchObject({ listsPerSecond: 1_000, listsOfPrefixPerSecond: 50 });
  });
});
