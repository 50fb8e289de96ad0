import { describe, expect, it } from "vitest";
import { readSettings, UsageError } from "../deploy/settings.ts";

const env = {
  TENCENTCLOUD_REGION: "ap-guangzhou",
  TENCENTCLOUD_SECRET_ID: "AKIDEXAMPLE",
  TENCENTCLOUD_SECRET_KEY: "SECRETEXAMPLE",
};

describe("the settings", () => {
  it.each([
    [{ ...env, TENCENTCLOUD_REGION: "" }, "TENCENTCLOUD_REGION"],
    [{ ...env, TENCENTCLOUD_SECRET_KEY: undefined }, "TENCENTCLOUD_SECRET_KEY"],
    [{ ...env, NAME: "Chat!" }, "NAME"],
    [{ ...env, REDIS_URL: "redis://10.0.0.2" }, "VPC_ID"],
  ])("name what is missing or wrong: %#", (given, named) => {
    expect(() => readSettings(given)).toThrow(UsageError);
    expect(() => readSettings(given)).toThrow(named);
  });
});
