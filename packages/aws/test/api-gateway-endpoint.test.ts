import { InvalidArgumentError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { apiGatewayEndpoint, parseApiGatewayEndpoint } from "../src/api-gateway-endpoint.ts";

const REGIONAL = "abcd1234.execute-api.eu-west-1.amazonaws.com";
const stage = { apiId: "abcd1234", stage: "prod" };
const env = { AWS_REGION: "eu-west-1" };

describe("parseApiGatewayEndpoint", () => {
  it("takes a callback URL apart", () => {
    expect(parseApiGatewayEndpoint(`https://${REGIONAL}/prod/`)).toEqual({
      url: `https://${REGIONAL}/prod`,
      hostname: REGIONAL,
      port: 443,
      secure: true,
      host: REGIONAL,
      basePath: "/prod",
      region: "eu-west-1",
    });
  });

  it.each([
    ["https://ws.chat.example", { basePath: "", region: undefined, port: 443 }],
    ["https://ws.chat.example/$default", { basePath: "/$default" }],
    [
      "https://ws.chat.example:8443/a/b",
      { basePath: "/a/b", port: 8443, host: "ws.chat.example:8443" },
    ],
    ["http://localhost:3001/prod", { secure: false, port: 3001 }],
    ["http://127.0.0.1/prod", { secure: false, port: 80 }],
    ["http://[::1]:3001", { secure: false, hostname: "::1", host: "[::1]:3001" }],
    ["https://x1.execute-api.cn-north-1.amazonaws.com.cn/p", { region: "cn-north-1" }],
  ])("takes %s", (url, expected) => {
    expect(parseApiGatewayEndpoint(url)).toMatchObject(expected);
  });

  it.each([
    "",
    "prod",
    "wss://ws.chat.example/prod",
    "ftp://ws.chat.example",
    "http://ws.chat.example/prod",
    "http://127.0.0.1.evil.example/prod",
    "http://localhost.evil.example/prod",
    "https://user:secret@ws.chat.example/prod",
    "https://ws.chat.example/prod?x=1",
    "https://ws.chat.example/prod#x",
    "https://ws.chat.example/pr%0Aod",
    "https://ws.chat.example//prod",
  ])("refuses %j and keeps a password out of the message", (url) => {
    expect(() => parseApiGatewayEndpoint(url)).toThrow(InvalidArgumentError);
    expect(() => parseApiGatewayEndpoint(url)).not.toThrow(/secret/);
  });
});

describe("apiGatewayEndpoint", () => {
  it("takes the event's own host if it is the API's", () => {
    const context = { ...stage, domainName: REGIONAL };
    expect(apiGatewayEndpoint(context, env)).toBe(`https://${REGIONAL}/prod`);
    expect(apiGatewayEndpoint(context, {})).toBe(`https://${REGIONAL}/prod`);
    const china = "abcd1234.execute-api.cn-north-1.amazonaws.com.cn";
    expect(apiGatewayEndpoint({ ...stage, domainName: china }, {})).toBe(`https://${china}/prod`);
  });

  it.each([
    ["a custom domain", "ws.chat.example"],
    ["a look-alike", `${REGIONAL}.evil.example`],
    ["a host of AWS that anybody can have", "evil.s3.eu-west-1.amazonaws.com"],
    ["another API", "evil9999.execute-api.eu-west-1.amazonaws.com"],
    ["another region", "abcd1234.execute-api.us-east-1.amazonaws.com"],
    ["a host with a path", `evil.example/${REGIONAL}`],
    ["a host with a user", `abcd1234@evil.example/.execute-api.eu-west-1.amazonaws.com`],
    ["no host", undefined],
  ])("never takes %s as the host", (_, domainName) => {
    expect(apiGatewayEndpoint({ ...stage, domainName }, env)).toBe(`https://${REGIONAL}/prod`);
  });

  it("prefers what the deployment says", () => {
    const context = { ...stage, domainName: "evil.example" };
    const CALLBACK_URL = "https://other.execute-api.us-east-1.amazonaws.com/live/";
    const expected = "https://other.execute-api.us-east-1.amazonaws.com/live";
    expect(apiGatewayEndpoint(context, { CALLBACK_URL })).toBe(expected);
    expect(apiGatewayEndpoint(undefined, { CALLBACK_URL })).toBe(expected);
  });

  it("names the region's partition", () => {
    expect(apiGatewayEndpoint(stage, { AWS_REGION: "cn-north-1" })).toBe(
      "https://abcd1234.execute-api.cn-north-1.amazonaws.com.cn/prod",
    );
  });

  it.each([
    ["nothing", {}, env],
    ["no stage", { apiId: "abcd1234" }, env],
    ["no API", { stage: "prod" }, env],
    ["a stage that is a path", { ...stage, stage: "prod/../x" }, env],
    ["an API that is a host", { ...stage, apiId: "evil.example/" }, env],
    ["a custom domain without a region", { ...stage, domainName: "ws.chat.example" }, {}],
    ["a region that is a host", stage, { AWS_REGION: "evil.example/" }],
    ["a bad CALLBACK_URL", stage, { CALLBACK_URL: "http://evil.example" }],
  ])("refuses %s", (_, context, environment) => {
    expect(() => apiGatewayEndpoint(context, environment)).toThrow(InvalidArgumentError);
  });
});
