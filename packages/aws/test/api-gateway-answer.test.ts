import { describe, expect, it } from "vitest";
import { type ApiGatewayAnswer, meaningOf, saysExpired } from "../src/api-gateway-answer.ts";

const answer = (changes: Partial<ApiGatewayAnswer>): ApiGatewayAnswer => ({
  ...{ status: undefined, name: "", message: "" },
  ...changes,
});

describe("an answer of the callback API", () => {
  it.each([
    [200, "sent"],
    [204, "sent"],
    [403, "misconfigured"],
    [410, "gone"],
    [413, "too-large"],
    [429, "throttled"],
    [503, "throttled"],
    [504, "throttled"],
    [400, "failed"],
    [404, "failed"],
    [500, "failed"],
  ])("of status %i and without a name means %s", (status, meaning) => {
    for (const name of ["", "Unknown", "UnknownError"]) {
      expect(meaningOf(answer({ status, name }))).toBe(meaning);
    }
  });

  it.each([
    ["ForbiddenException", "misconfigured"],
    ["GoneException", "gone"],
    ["PayloadTooLargeException", "too-large"],
    ["LimitExceededException", "throttled"],
    ["InternalServerErrorException", "failed"],
  ])("called %s and without a status means %s", (name, meaning) => {
    expect(meaningOf(answer({ name }))).toBe(meaning);
  });

  it("says of an id that was never given out that it is gone, and of nothing else that is wrong", () => {
    const invalid = { status: 400, message: "Invalid connectionId: x" };
    expect(meaningOf(answer({ ...invalid, name: "BadRequestException" }))).toBe("gone");
    expect(meaningOf(answer(invalid))).toBe("gone");
    expect(meaningOf(answer({ ...invalid, name: "ValidationException" }))).toBe("failed");
    expect(meaningOf(answer({ ...invalid, message: "Invalid body" }))).toBe("failed");
  });

  it("tells that a token has expired only where it forbids", () => {
    const name = "ExpiredTokenException";
    expect(saysExpired(answer({ status: 403, name }))).toBe(true);
    expect(saysExpired(answer({ status: 403, message: "The security token is expired" }))).toBe(
      true,
    );
    expect(saysExpired(answer({ status: 410, name }))).toBe(false);
    expect(saysExpired(answer({ status: 403, name: "ForbiddenException" }))).toBe(false);
  });
});
