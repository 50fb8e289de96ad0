import { expect, it } from "vitest";
import { createLambdaStage } from "../../src/lambda-stage.ts";

it("the first event decides where a stage is called, and no later one", () => {
  const before = process.env.AWS_REGION;
  delete process.env.AWS_REGION; // Then only the host says which region it is.
  try {
    const stage = createLambdaStage({});
    const ours = { apiId: "abcd1234", stage: "prod" };
    const domainName = "abcd1234.execute-api.eu-west-1.amazonaws.com";
    expect(stage.admits({ ...ours, domainName })).toBe(true);
    const elsewhere = "abcd1234.execute-api.us-east-1.amazonaws.com";
    expect(stage.admits({ ...ours, domainName: elsewhere })).toBe(true);
    expect(stage.endpoint()).toBe(`https://${domainName}/prod`);
  } finally {
    if (before !== undefined) process.env.AWS_REGION = before;
  }
});
