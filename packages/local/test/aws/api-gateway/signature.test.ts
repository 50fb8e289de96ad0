import { Buffer } from "node:buffer";
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import { refuseSignature } from "../../../src/aws.ts";
import { connect, createTestClock, rejection, startGateway } from "../../kit.ts";
import { CREDENTIALS, managementClient } from "../../management-kit.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const WITH_TOKEN = "host;x-amz-date;x-amz-security-token";

const POST_SIGNATURE = "b5e652c39a680e55bc290de5e1bbf6bcb78f660b07f9b05b5c28f2671b8bb74e";

// Made by @smithy/signature-v4 5.7.5.
const VECTORS: [method: string, signature: string, signedHeaders: string][] = [
  ["POST", POST_SIGNATURE, WITH_TOKEN],
  ["POST", "f9e6927a358fbe9ac0f4d425a7c39fb2662b5f59cf1fddd9084c27d38d49837b", "host;x-amz-date"],
  ["GET", "56d2bb3bb58d8a50837097a5a64d59e8bc9666c6af43073cef67931e121d0921", WITH_TOKEN],
  ["DELETE", "9669dadba3b0523fa5e7c3a6e71df71a3fb372f6f6b8d17443bde49cead5357e", WITH_TOKEN],
];

const vector = (method: string, signature: string, signedHeaders: string) => {
  const hasToken = signedHeaders === WITH_TOKEN;
  const scope = "20260102/us-east-1/execute-api/aws4_request";
  const { sessionToken, ...keys } = CREDENTIALS;
  const authorization = [
    `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}`,
    `SignedHeaders=${signedHeaders}`,
    `Signature=${signature}`,
  ].join(", ");
  return {
    request: {
      ...{ method, url: "/prod/@connections/L0SM9cOFvHcCIhw%3D" },
      rawHeaders: [
        ...["Host", "abcd1234.execute-api.us-east-1.amazonaws.com"],
        ...["X-Amz-Date", "20260102T030405Z", "Authorization", authorization],
        ...(hasToken ? ["X-Amz-Security-Token", sessionToken] : []),
      ],
      body: Buffer.from(method === "POST" ? "héllo" : ""),
    },
    check: { credentials: hasToken ? CREDENTIALS : keys, region: "us-east-1", now: NOW },
  };
};

describe("refuseSignature", () => {
  it.each(VECTORS)("accepts the fixed vector of %s %s", (...row) => {
    const { request, check } = vector(...row);
    expect(refuseSignature(request, check)).toBeUndefined();
  });

  const { request, check } = vector("POST", POST_SIGNATURE, WITH_TOKEN);
  const swap = (from: string, to: string) =>
    request.rawHeaders.map((value) => value.replace(from, to));
  const MINUTE = 60_000;
  it.each([
    ["another method", { ...request, method: "GET" }, check],
    ["another path", { ...request, url: "/prod/@connections/L0SM9cOFvHcCIhx%3D" }, check],
    ["another stage", { ...request, url: "/dev/@connections/L0SM9cOFvHcCIhw%3D" }, check],
    ["a query", { ...request, url: `${request.url}?a=b` }, check],
    ["another body", { ...request, body: Buffer.from("hallo") }, check],
    ["another host", { ...request, rawHeaders: swap("abcd1234", "abcd1235") }, check],
    ["another signature", { ...request, rawHeaders: swap("b5e652", "b5e653") }, check],
    ["another region", { ...request, rawHeaders: swap("us-east-1/", "us-east-2/") }, check],
    ["another service", { ...request, rawHeaders: swap("/execute-api/", "/sqs/") }, check],
    ["another day", { ...request, rawHeaders: swap("/20260102/", "/20260103/") }, check],
    ["the host unsigned", { ...request, rawHeaders: swap("host;", "") }, check],
    ["the date unsigned", { ...request, rawHeaders: swap(";x-amz-date", "") }, check],
    ["the token unsigned", { ...request, rawHeaders: swap(";x-amz-security-token", "") }, check],
    [
      "a signed header that is missing",
      { ...request, rawHeaders: swap("host;", "host;range;") },
      check,
    ],
    ["no date", { ...request, rawHeaders: swap("X-Amz-Date", "X-Date") }, check],
    ["a clock 5 minutes ahead", request, { ...check, now: NOW - 5 * MINUTE - 1 }],
    ["a clock 5 minutes behind", request, { ...check, now: NOW + 5 * MINUTE + 1 }],
    [
      "another secret",
      request,
      { ...check, credentials: { ...CREDENTIALS, secretAccessKey: "x" } },
    ],
  ])("refuses %s with InvalidSignatureException", (_name, wrong, against) => {
    expect(refuseSignature(wrong, against)?.type).toBe("InvalidSignatureException");
  });

  it("refuses an x-amz- header that is not signed, with the right signature for the rest", () => {
    const [, signature, names] = VECTORS[1] ?? [];
    const plain = vector("POST", signature ?? "", names ?? "");
    expect(refuseSignature(plain.request, plain.check)).toBeUndefined();
    const rawHeaders = [...plain.request.rawHeaders, "X-Amz-Target", "evil"];
    const refusal = refuseSignature({ ...plain.request, rawHeaders }, plain.check);
    expect(refusal?.type).toBe("InvalidSignatureException");
  });

  it("accepts a clock that is 5 minutes off", () => {
    for (const now of [NOW - 5 * MINUTE, NOW + 5 * MINUTE]) {
      expect(refuseSignature(request, { ...check, now })).toBeUndefined();
    }
  });

  it.each([
    ["key", { ...CREDENTIALS, accessKeyId: "AKIDOTHER" }],
    ["token", { ...CREDENTIALS, sessionToken: "other" }],
  ])("refuses another %s with UnrecognizedClientException", (_name, credentials) => {
    const refusal = refuseSignature(request, { ...check, credentials });
    expect(refusal?.type).toBe("UnrecognizedClientException");
  });

  it("refuses an Authorization in parts with IncompleteSignatureException", () => {
    const incomplete = { ...request, rawHeaders: swap("Signature=", "Sig=") };
    expect(refuseSignature(incomplete, check)?.type).toBe("IncompleteSignatureException");
  });
});

describe("a gateway with credentials", () => {
  it("accepts what the official client signs, for POST, GET and DELETE", async () => {
    const gateway = await startGateway({ credentials: CREDENTIALS });
    const client = await connect(gateway.url);
    const sdk = managementClient(gateway.callbackUrl);
    const ConnectionId = String(gateway.connections()[0]);
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "héllo" }));
    expect(await client.next()).toBe("héllo");
    const { Identity } = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(Identity?.SourceIp).toBe("127.0.0.1");
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect((await client.closed).code).toBe(1000);
  });

  it("refuses the official client with another secret, or when the clocks differ", async () => {
    const credentials = { ...CREDENTIALS, secretAccessKey: "wrong" };
    const gateway = await startGateway({ credentials: CREDENTIALS });
    const command = new GetConnectionCommand({ ConnectionId: "H111mc0HywMCEEf=" });
    const wrong = managementClient(gateway.callbackUrl, { credentials });
    const error = await rejection(wrong.send(command));
    expect(error.name).toBe("InvalidSignatureException");
    expect(error.$metadata).toMatchObject({ httpStatusCode: 403 });
    const late = createTestClock(Date.now() + 6 * 60_000);
    const ahead = await startGateway({ credentials: CREDENTIALS, clock: late });
    const skewed = await rejection(managementClient(ahead.callbackUrl).send(command));
    expect(skewed.name).toBe("InvalidSignatureException");
  });
});
