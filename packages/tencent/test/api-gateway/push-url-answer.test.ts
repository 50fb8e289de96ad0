import { describe, expect, it } from "vitest";
import { meaningOf, type PushUrlMeaning } from "../../src/push-url-answer.ts";

const ok = JSON.stringify({ errNo: 0, errMsg: "ok" });

describe("meaningOf", () => {
  it.each<[status: number, body: string, meaning: PushUrlMeaning]>([
    [200, ok, "sent"],
    [200, '{"errNo":-1}', "refused"],
    [200, '{"errNo":"0"}', "foreign"],
    [200, '{"errMsg":"ok"}', "foreign"],
    [200, "null", "foreign"],
    [200, "", "foreign"],
    [201, ok, "foreign"],
    [302, ok, "foreign"],
    [403, ok, "foreign"],
    [400, ok, "not-found"],
    [404, ok, "not-found"],
    [410, ok, "not-found"],
    [408, ok, "throttled"],
    [429, ok, "throttled"],
    [413, ok, "too-large"],
    [499, ok, "foreign"],
    [500, ok, "failed"],
    [503, ok, "failed"],
  ])("takes %i with %j for %s", (status, body, meaning) => {
    expect(meaningOf({ status, body })).toBe(meaning);
  });
});
