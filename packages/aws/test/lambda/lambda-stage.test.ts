import { expect, it } from "vitest";
import { createLambdaStage } from "../../src/lambda-stage.ts";

it("the first event decides where a stage is called, and no later one", () => {
  const stage = createLambdaStage({ region: "eu-west-1" });
  const ours = { apiId: "abcd1234", stage: "prod" };
  const elsewhere = "abcd1234.execute-api.us-east-1.amazonaws.com";
  expect(stage.admits({ ...ours, domainName: "chat.example" })).toBe(true);
  expect(stage.admits({ ...ours, domainName: elsewhere })).toBe(true);
  const endpoint = "https://abcd1234.execute-api.eu-west-1.amazonaws.com/prod";
  expect(stage.endpoint()).toBe(endpoint);
  expect(stage.admits({ ...ours, domainName: elsewhere })).toBe(true);
  expect(stage.endpoint()).toBe(endpoint);
});
