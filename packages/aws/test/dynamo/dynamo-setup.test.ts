import { inspect } from "node:util";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Logger } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { chatTable } from "../../src/chat-table.ts";
import type { DynamoClientLike } from "../../src/dynamo-client.ts";
import { createDynamoConnectionStore } from "../../src/dynamo-connection-store.ts";
import { DynamoSetupError } from "../../src/dynamo-errors.ts";
import { createDynamoRoomLog } from "../../src/dynamo-room-log.ts";
import { startDynamo } from "./dynamo-kit.ts";

const kit = await startDynamo();
const clock = { now: () => 0, sleep: async () => {} };
const random = () => 0.5;
const id = () => "id";

/** How a store on this client fails, and what it tells the logger. */
async function failureOf(client: DynamoClientLike, tableName = "nobodys-table") {
  const logged: string[] = [];
  const logger: Logger = { error: (message) => logged.push(message), warn: () => {} };
  const store = createDynamoConnectionStore({ client, tableName, clock, logger });
  for (let times = 0; times < 2; times++) await store.get("a").catch(() => undefined);
  const error: unknown = await store.get("a").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DynamoSetupError);
  const { code, problem, message, cause } = error as DynamoSetupError;
  expect(code).toBe("unavailable");
  expect(cause).toBeInstanceOf(Error);
  expect(logged).toEqual([message]); // once
  expect(inspect(error, { depth: 9 })).not.toMatch(/authorization|SECRET/i);
  return { problem, message };
}

const refusing = (name: string, message: string): DynamoClientLike => ({
  send: () => Promise.reject(Object.assign(new Error(message), { name })),
});

describe("a wrong set-up is named", () => {
  it("when there is no such table", async () => {
    const { problem, message } = await failureOf(kit.client);
    expect(problem).toBe("table_not_found");
    expect(message).toMatch(/"nobodys-table" in region eu-central-1.*chatTable/);
  });

  it("when nobody answers at the endpoint", async () => {
    const endpoint = "http://127.0.0.1:1";
    const { problem, message } = await failureOf(kit.connect({ endpoint, maxAttempts: 1 }).client);
    expect(problem).toBe("unreachable");
    expect(message).toMatch(/endpoint.*127\.0\.0\.1:1/);
  });

  it("when there is no such region", async () => {
    const error = Object.assign(
      new Error("getaddrinfo ENOTFOUND dynamodb.nowhere-1.amazonaws.com"),
      { code: "ENOTFOUND" },
    );
    const { client, base } = kit.connect({ region: "nowhere-1" });
    base.middlewareStack.add(() => () => Promise.reject(error), { step: "deserialize" });
    const { problem, message } = await failureOf(client);
    expect(problem).toBe("unreachable");
    expect(message).toContain("nowhere-1");
    const unset = refusing("Error", "Region is missing");
    expect((await failureOf(unset)).problem).toBe("unreachable");
  });

  it("when a permission is missing", async () => {
    const sdk =
      "User: arn:aws:sts::1:assumed-role/chat is not authorized to perform: dynamodb:GetItem on resource: table/nobodys-table";
    const { problem, message } = await failureOf(refusing("AccessDeniedException", sdk));
    expect(problem).toBe("not_authorized");
    expect(message).toMatch(/"nobodys-table".*dynamodb:GetItem/);
  });

  it.each([
    ...["UnrecognizedClientException", "ExpiredTokenException", "CredentialsProviderError"],
    ...["InvalidSignatureException", "IncompleteSignatureException", "IncompleteSignature"],
    ...["InvalidClientTokenId", "MissingAuthenticationTokenException"],
    "MissingAuthenticationToken",
  ])("when credentials are refused with %s", async (name) => {
    const { problem } = await failureOf(refusing(name, "The security token is invalid"));
    expect(problem).toBe("credentials");
  });

  it("when the table is another's", async () => {
    const { base, client } = kit.connect();
    const { createTable } = chatTable({ tableName: "other-table" });
    const { GlobalSecondaryIndexes: _, ...table } = createTable;
    const names = { pk: "id", sk: "at" } as Record<string, string>;
    const renamed = (list: typeof table.KeySchema) =>
      list?.map((key) => ({ ...key, AttributeName: names[String(key.AttributeName)] }));
    await base.send(
      new CreateTableCommand({
        ...table,
        KeySchema: renamed(table.KeySchema),
        AttributeDefinitions: ["id", "at"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S" as const,
        })),
      }),
    );
    await expect
      .poll(async () => (await failureOf(client, "other-table")).problem)
      .toBe("wrong_table");
  });
});

describe("options", () => {
  const { base } = kit.connect();
  const wrapping = DynamoDBDocumentClient.from(base, { unmarshallOptions: { wrapNumbers: true } });
  const options = { client: kit.client, tableName: "chat", clock };
  it.each([
    ["client", { client: {} }],
    ["client", { client: undefined }],
    ["wrapNumbers", { client: wrapping }],
    ["tableName", { tableName: undefined }],
    ["tableName", { tableName: "" }],
    ["tableName", { tableName: "a b" }],
    ["clock", { clock: {} }],
    ["random", { random: 1 }],
  ])("that are wrong are refused by store and log, and named: %s", (name, wrong) => {
    const given = { ...options, random, id, ...wrong } as typeof options & {
      random: () => number;
      id: () => string;
    };
    for (const create of [createDynamoConnectionStore, createDynamoRoomLog]) {
      expect(() => create(given)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
      expect(() => create(given)).toThrow(name);
    }
  });

  it.each([{ maxAgeMs: 0 }, { maxAgeMs: Number.NaN }, { minAgeMs: -1 }, { maxEntries: 0 }])(
    "refuse the retention %s",
    (retention) => {
      const create = () => createDynamoRoomLog({ ...options, random, id, retention });
      expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    },
  );

  it("refuse a life of tombstones that is none", () => {
    const create = () => createDynamoConnectionStore({ ...options, tombstoneMs: Number.NaN });
    expect(create).toThrow(/tombstoneMs/);
  });
});

describe("chatTable", () => {
  it("describes keys, an index that holds keys only, billing by request and expiry", () => {
    const { createTable, timeToLive } = chatTable({ tableName: "chat" });
    expect(createTable).toMatchObject({ TableName: "chat", BillingMode: "PAY_PER_REQUEST" });
    expect(createTable.GlobalSecondaryIndexes).toMatchObject([
      { IndexName: "byUser", Projection: { ProjectionType: "KEYS_ONLY" } },
    ]);
    expect(timeToLive).toEqual({
      TableName: "chat",
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
    expect(() => chatTable({ tableName: "no" })).toThrow(/tableName/);
  });
});
