import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createLambdaHandler } from "../../src/index.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { createRig } from "../dynamo/dynamo-rig.ts";
import { chat, createProblems, credentials } from "./lambda-kit.ts";

const dynamo = await startDynamo();
const { base } = dynamo.connect();
const now = Date.now();

/** A function with a client of its own, over a table in which such a row is as well. */
async function start(row: Record<string, AttributeValue>) {
  const rig = await createRig(dynamo);
  for (const id of ["a", "b"]) {
    await rig.store().open(rig.connection(id, { connectedAt: now, expiresAt: now + 60_000 }));
    await rig.store().join(id, "lobby");
  }
  vi.stubEnv("DYNAMODB_ENDPOINT", dynamo.endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { problems, logger } = createProblems();
  const handler = createLambdaHandler(chat, {
    ...{ tableName: rig.tableName, region: "us-east-1", credentials, logger },
    callbackUrl: "https://abcd1234.execute-api.us-east-1.amazonaws.com/prod",
  });
  onTestFinished(() => handler.close());
  await base.send(new PutItemCommand({ TableName: rig.tableName, Item: row }));
  return { hub: handler.hub, problems };
}

// JavaScript holds neither; the SDK rejects the whole page of the first.
describe.each(["12345678901234567.5", "1e125"])("a row with the number %s", (N) => {
  const member = { pk: { S: "R#lobby#0" }, sk: { S: "b" }, who: { S: '["eve"]' } };
  const state = { pk: { S: "L#lobby" }, sk: { S: "~" }, oldest: { N: "1" }, head: { N: "0" } };

  it("is passed over as a member", async () => {
    const { hub, problems } = await start({ ...member, leaseEnd: { N } });
    expect((await hub.members("lobby")).map(({ id }) => id)).toEqual(["user-of-a"]);
    expect(problems).toMatchObject([{ level: "warn" }]);
  });

  it("is as good as any where the number is none of ours", async () => {
    const { hub } = await start({ ...member, leaseEnd: { N: String(now + 60_000) }, other: { N } });
    const ids = (await hub.members("lobby")).map(({ id }) => id);
    expect(ids.sort()).toEqual(["eve", "user-of-a"]);
  });

  it.each(["head", "oldest", "checkedAt"])("is put right as a log's state: %s", async (name) => {
    const { hub, problems } = await start({ ...state, epoch: { S: "000000-x" }, [name]: { N } });
    const { epoch } = await hub.history("lobby");
    expect((await hub.history("lobby")).epoch).toBe(epoch);
    expect(problems).toMatchObject([{ level: "warn" }]);
  });
});
