import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createLambdaHandler } from "../../src/index.ts";
import { connect } from "./lambda-direct.ts";
import { createChat, createProblems } from "./lambda-kit.ts";

/** A DynamoDB that leaves the first request without an answer and refuses the others. */
async function startSilent() {
  const seen: { target: unknown; authorization: unknown; token: unknown }[] = [];
  const server = createServer((request, response) => {
    const { "x-amz-target": target, authorization } = request.headers;
    seen.push({ target, authorization, token: request.headers["x-amz-security-token"] });
    request.resume();
    if (seen.length === 1) return;
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
    const __type = "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException";
    response.end(JSON.stringify({ __type, message: "Requested resource not found" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  return { seen, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("the client that a function makes itself", { timeout: 20_000 }, () => {
  it("goes where DYNAMODB_ENDPOINT says, as whom it was told, and waits for no answer for good", async () => {
    const { seen, endpoint } = await startSilent();
    vi.stubEnv("DYNAMODB_ENDPOINT", endpoint);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { problems, logger } = createProblems();
    const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const credentials = async () => ({ ...keys, sessionToken: "tok/en+=" });
    const handler = createLambdaHandler(createChat({ authenticate: () => ({ userId: "ann" }) }), {
      ...{ tableName: "missing", region: "eu-west-1", credentials, logger },
    });
    onTestFinished(() => handler.close());
    const answer = await handler({ ...connect(), queryStringParameters: { token: "t" } });
    expect(answer).toEqual({ statusCode: 503 });
    expect(seen).toHaveLength(2);
    expect(seen[0]?.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d+\/eu-west-1\/dynamodb/);
    expect(seen[0]?.token).toBe("tok/en+=");
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/"missing" in region eu-west-1/);
    expect(JSON.stringify(problems)).not.toMatch(/secret|tok\/en/);
  });
});
