import {
  type ApiGatewayManagementApiClient as Client,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseApiGatewayEndpoint } from "../src/api-gateway-endpoint.ts";
import { createPostBodies } from "../src/api-gateway-post-body.ts";
import { createRequestWriter } from "../src/api-gateway-request.ts";
import {
  canonicalHeaders,
  createV4Signer,
  encodeSegment,
  sha256Hex,
  signedPath,
  toAmzDate,
} from "../src/sign-v4.ts";
import { captureFromClient, example, HOST, signWithSdk, token } from "./sign-with-sdk.ts";

const odd = { ConnectionId: "a+b/c=!'()*é" };

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."!'()*+/=:@%~,;&#? é", "L0SM9"), maxLength: 12 }),
);
const segment = text.filter((value) => !/^\.{0,2}$|\p{Surrogate}/u.test(value));
const visible = fc.stringMatching(/^[\x21-\x7e]{1,60}$/);
const keys = fc.record(
  { accessKeyId: visible, secretAccessKey: visible, sessionToken: visible },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
);
const time = fc.date({
  min: new Date(Date.UTC(2000, 0)),
  max: new Date(Date.UTC(2099, 0)),
  noInvalidDate: true,
});

describe("createV4Signer", () => {
  it.each([
    ["POST", token, "b5e652c39a680e55bc290de5e1bbf6bcb78f660b07f9b05b5c28f2671b8bb74e"],
    ["POST", undefined, "f9e6927a358fbe9ac0f4d425a7c39fb2662b5f59cf1fddd9084c27d38d49837b"],
    ["GET", token, "56d2bb3bb58d8a50837097a5a64d59e8bc9666c6af43073cef67931e121d0921"],
    ["DELETE", token, "9669dadba3b0523fa5e7c3a6e71df71a3fb372f6f6b8d17443bde49cead5357e"],
  ])("signs a %s with the token %s as the SDK does", (method, sessionToken, signature) => {
    const amzDate = toAmzDate(Date.UTC(2026, 0, 2, 3, 4, 5));
    const headers = {
      host: HOST,
      "x-amz-date": amzDate,
      ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
    };
    const authorization = createV4Signer("us-east-1").sign(
      { ...example, sessionToken },
      {
        method,
        signedPath: signedPath(`/prod/@connections/${encodeSegment("L0SM9cOFvHcCIhw=")}`),
        headers: canonicalHeaders(headers),
        bodyHash: sha256Hex(method === "POST" ? "héllo" : ""),
        amzDate,
      },
    );
    const names = Object.keys(headers).join(";");
    expect(authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/execute-api/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    );
  });

  it("agrees with the SDK's signer for any path, body, credentials and time", async () => {
    const region = "eu-west-1";
    const signer = createV4Signer(region); // One for all runs: what it keeps must not leak.
    const property = fc.asyncProperty(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(keys, keys),
      time,
      async (segments, body, twoKeys, signingDate) => {
        for (const credentials of twoKeys) {
          const path = `/${segments.map(encodeSegment).join("/")}`;
          const theirs = await signWithSdk({ path, body, credentials, signingDate, region });
          const amzDate = toAmzDate(signingDate.getTime());
          const { sessionToken } = credentials;
          const headers = canonicalHeaders({
            host: HOST,
            "x-amz-date": amzDate,
            ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
          });
          const ours = signer.sign(credentials, {
            method: "POST",
            signedPath: signedPath(path),
            headers,
            bodyHash: sha256Hex(body),
            amzDate,
          });
          expect(ours).toBe(theirs.authorization);
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it.each([
    ["POST", (client: Client) => client.send(new PostToConnectionCommand({ ...odd, Data: "é" }))],
    ["GET", (client: Client) => client.send(new GetConnectionCommand(odd))],
    ["DELETE", (client: Client) => client.send(new DeleteConnectionCommand(odd))],
  ])("signs the %s of the real client as it does itself", async (_, send) => {
    const { method, path, headers, body } = await captureFromClient(send);
    const { authorization = "", ...rest } = headers;
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(";") ?? [];
    const signed = names.map((name) => [name, rest[name] ?? ""]);
    const ours = createV4Signer("us-east-1").sign(
      { ...example, sessionToken: token },
      {
        method,
        signedPath: signedPath(path),
        headers: canonicalHeaders(Object.fromEntries(signed)),
        bodyHash: sha256Hex(body ?? ""),
        amzDate: rest["x-amz-date"] ?? "",
      },
    );
    expect(path).toBe(`/prod/@connections/${encodeSegment(odd.ConnectionId)}`);
    expect(names).toContain("host");
    expect(ours).toBe(authorization);
  });
});

describe("createRequestWriter", () => {
  it("writes requests whose signature is the SDK's", async () => {
    const endpoint = parseApiGatewayEndpoint(`https://${HOST}/prod`);
    const writer = createRequestWriter(endpoint, "us-east-1");
    const bodies = createPostBodies();
    const property = fc.asyncProperty(
      segment,
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.tuple(keys, keys),
      fc.array(time, { minLength: 1, maxLength: 2 }),
      async (id, message, twoKeys, dates) => {
        for (const credentials of twoKeys) {
          for (const signingDate of dates) {
            const written = Buffer.from(
              writer.post(id, bodies.of(message), credentials, signingDate.getTime()),
              "latin1",
            );
            const { path, headers, body } = takeApart(written);
            expect(path).toBe(`/prod/@connections/${encodeSegment(id)}`);
            expect(body).toEqual(Buffer.from(message));
            const request = { path, body, credentials, signingDate, region: "us-east-1" };
            expect(headers).toEqual({
              ...(await signWithSdk(request)),
              "content-type": "application/octet-stream",
              "content-length": String(body.length),
            });
          }
        }
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });
});

function takeApart(written: Buffer) {
  const end = written.indexOf("\r\n\r\n");
  const [first = "", ...lines] = written.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map((line) => /^([^:]+): (.*)$/s.exec(line)?.slice(1) ?? [line, ""]);
  const [, path = ""] = first.split(" ");
  return { path, headers: Object.fromEntries(headers), body: written.subarray(end + 4) };
}
