import { describe, expect, it } from "vitest";
import type { CosLike } from "../../src/cos-options.ts";
import { createCosRequests } from "../../src/cos-requests.ts";
import { PLACE } from "./cos-kit.ts";

/** What COS says. */
type Failure = { code: string; statusCode?: number; message?: string };

const BUSY: Failure = { code: "SlowDown", statusCode: 503 };
const EXPIRED: Failure = { code: "ExpiredToken", statusCode: 400 };
const SECRET = "q-signature=canary";

/** Requests to a COS that fails as it is told, and what they wait for. */
function start(failures: readonly Failure[], deletions: readonly object[] = []) {
  const waits: number[] = [];
  const problems: [string, object | undefined][] = [];
  let tries = 0;
  const answer = async (found: unknown) => {
    const failure = failures[tries++];
    if (failure) throw Object.assign(new Error(failure.message ?? "no"), failure, HEADERS);
    return found;
  };
  const client = {
    putObject: () => answer({ ETag: '"e"' }),
    getObject: () => answer({ Body: "text", ETag: '"e"' }),
    deleteObject: () => answer({}),
    deleteMultipleObject: () => answer({ Error: deletions[tries] ?? [] }),
    getBucket: () => answer({ Contents: [], IsTruncated: "false" }),
  } satisfies CosLike;
  const clock = { now: () => 0, sleep: async (ms: number) => void waits.push(ms) };
  const logger = {
    error: (message: string, details?: object) => void problems.push([message, details]),
    warn: () => undefined,
  };
  const options = { ...PLACE, prefix: "test/", clock, random: () => 1, logger };
  const requests = createCosRequests(client, options);
  return { client, requests, waits, problems, tries: () => tries };
}

const HEADERS = { headers: { "x-cos-request-id": "id", authorization: SECRET }, url: SECRET };

describe("a request", () => {
  it("is sent six times while COS is too busy, each wait twice as long", async () => {
    const five = start(Array.from({ length: 5 }, () => BUSY));
    expect(await five.requests.get("key")).toEqual({ text: "text", etag: "e" });
    expect(five.waits).toEqual([50, 100, 200, 400, 800]);
    const six = start(Array.from({ length: 6 }, () => BUSY));
    await expect(six.requests.get("key")).rejects.toMatchObject({ code: "unavailable" });
    expect(six.tries()).toBe(6);
  });

  it.each<[string, Failure[], number, string | undefined]>([
    ["500", [{ code: "InternalError", statusCode: 500 }], 2, undefined],
    ["429", [{ code: "429", statusCode: 429 }], 2, undefined],
    ["keys that have just ended", [EXPIRED], 2, undefined],
    [
      "keys that the environment no longer knows",
      [{ ...EXPIRED, code: "InvalidAccessKeyId" }],
      2,
      undefined,
    ],
    ["keys that ended while COS was too busy", [BUSY, BUSY, EXPIRED], 4, undefined],
    ["new keys that have ended, too", [EXPIRED, EXPIRED], 2, "credentials"],
    ["the same, with a busy COS between", [EXPIRED, BUSY, EXPIRED], 3, "credentials"],
    ["a missing permission", [{ code: "AccessDenied", statusCode: 403 }], 1, "not_authorized"],
    ["499", [{ code: "499", statusCode: 499 }], 1, undefined],
    ["a time-out", [{ code: "ESOCKETTIMEDOUT" }], 1, undefined],
  ])("is repeated as far as it helps after %s", async (_, failures, tries, problem) => {
    const { requests, tries: tried } = start(failures);
    const got = await requests.get("key").catch((error: unknown) => error);
    if (failures.length < tries) expect(got).toEqual({ text: "text", etag: "e" });
    else expect(got).toMatchObject({ code: "unavailable", ...(problem && { problem }) });
    expect(tried()).toBe(tries);
  });

  it("tells of a wrong set-up once, and no secret of the request", async () => {
    const failures = Array.from({ length: 4 }, () => ({ code: "AccessDenied", statusCode: 403 }));
    const { requests, problems } = start(failures);
    const error: unknown = await requests.get("key").catch((reason: unknown) => reason);
    await requests.get("key").catch(() => undefined);
    await requests.list({ prefix: "a", limit: 1 }).catch(() => undefined);
    expect(problems.map(([, details]) => details)).toEqual([
      ...[{ problem: "not_authorized" }, { problem: "not_authorized" }],
    ]);
    const { cause } = error as Error;
    const shown = [String(error), String(cause), JSON.stringify(cause), JSON.stringify(problems)];
    expect(shown.join()).not.toContain("canary");
    expect(cause).toMatchObject({ code: "AccessDenied", statusCode: 403, requestId: "id" });
  });
});

describe("a deletion of many keys", () => {
  const keys = ["a", "b", "c"];
  const failed = (...codes: string[]) => codes.map((Code) => ({ Code, Key: "a", Message: "no" }));

  it.each<[string, object[], number, string | undefined]>([
    ["all is well", [failed()], 1, "ok"],
    ["keys are not there", [failed("NoSuchKey", "NoSuchKey")], 1, "ok"],
    ["COS fails at some by itself", [failed("InternalError"), failed()], 2, "ok"],
    ["COS is too busy for some", [failed("NoSuchKey", "SlowDown"), failed()], 2, "ok"],
    ["COS is not there for some", [failed("ServiceUnavailable"), failed()], 2, "ok"],
    ["it may not be", [failed("InternalError", "AccessDenied")], 1, "not_authorized"],
    ["something unknown happens", [failed("Strange")], 1, undefined],
  ])(
    "is repeated, or refused, for what single keys say: %s",
    async (_, answers, tries, outcome) => {
      const { requests, tries: tried } = start([], answers);
      const ended = requests.delete(keys).then(() => "ok");
      if (outcome === "ok") await ended;
      else {
        await expect(ended).rejects.toMatchObject({
          ...{ code: "unavailable", ...(outcome && { problem: outcome }) },
        });
      }
      expect(tried()).toBe(tries);
    },
  );

  it("is given up after as many tries as any other", async () => {
    const { requests, tries } = start(
      [],
      Array.from({ length: 9 }, () => failed("InternalError")),
    );
    await expect(requests.delete(keys)).rejects.toMatchObject({ code: "unavailable" });
    expect(tries()).toBe(6);
  });
});

describe("a listing", () => {
  const listOf = async (answer: object) => {
    const { client } = start([]);
    const clock = { now: () => 0, sleep: async () => undefined };
    const options = { ...PLACE, prefix: "test/", clock, random: () => 1 };
    const requests = createCosRequests({ ...client, getBucket: async () => answer }, options);
    return requests.list({ prefix: "a", limit: 2 });
  };
  const Contents = [
    { Key: "a1", ETag: '"1"' },
    { Key: "a2", ETag: '"2"' },
  ];

  it.each<[string, object, string | undefined]>([
    ["a last page", { IsTruncated: "false" }, undefined],
    ["a last page with a marker", { IsTruncated: "false", NextMarker: "a2" }, undefined],
    ["a page before others", { IsTruncated: "true", NextMarker: "a2" }, "a2"],
    ["one without a marker", { IsTruncated: "true" }, "a2"],
    ["one with an empty marker", { IsTruncated: true, NextMarker: "" }, "a2"],
  ])("goes on where it must after %s", async (_, answer, nextMarker) => {
    expect((await listOf({ Contents, ...answer })).nextMarker).toBe(nextMarker);
  });

  it.each<[string, object]>([
    ["is cut before its first key", { Contents: [], IsTruncated: "true" }],
    ["does not say whether it is whole", { Contents }],
    ["has no keys", { IsTruncated: "false" }],
  ])("that %s is none", async (_, answer) => {
    await expect(listOf(answer)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a put if absent", () => {
  it("is not stored because whoever stands before COS answers 200", async () => {
    const { client } = start([]);
    const clock = { now: () => 0, sleep: async () => undefined };
    const options = { ...PLACE, prefix: "test/", clock, random: () => 1 };
    const taken = Object.assign(new Error("there"), { code: "FileAlreadyExists", statusCode: 409 });
    const answers: (() => Promise<unknown>)[] = [
      () => Promise.reject(taken), // The proof that COS refuses.
      async () => ({ ETag: "", statusCode: 200, headers: {} }),
    ];
    const putObject = async () => answers.shift()?.();
    const requests = createCosRequests({ ...client, putObject }, options);
    const put = requests.putIfAbsent("test/key", "text");
    await expect(put).rejects.toMatchObject({ code: "unavailable" });
  });
});
