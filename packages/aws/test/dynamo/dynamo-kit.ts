import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { afterAll, expect } from "vitest";
import { chatTable } from "../../src/chat-table.ts";
import { type DynamoTrace, traceOf } from "./dynamo-trace.ts";

/** A DynamoDB in this process, and clients of it. */
export interface DynamoKit {
  readonly endpoint: string;
  /** A client whose requests are traced. */
  readonly client: DynamoDBDocumentClient;
  /** What the client has sent, and the faults that it meets. */
  readonly trace: DynamoTrace;
  /** Another client, without a trace. */
  connect(config?: DynamoDBClientConfig): { base: DynamoDBClient; client: DynamoDBDocumentClient };
  /** Creates a table by `chatTable` and answers its name. */
  createTable(): Promise<string>;
}

/**
 * Starts a server for the tests of one file. It ends with them, and they fail if anything was sent that
 * must not be: a scan, say, or a read of the table that is not strongly consistent.
 */
export async function startDynamo(): Promise<DynamoKit> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: DynamoDBClient[] = [];

  const connect: DynamoKit["connect"] = (config) => {
    const base = new DynamoDBClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
      ...config,
    });
    clients.push(base);
    return { base, client: DynamoDBDocumentClient.from(base) };
  };
  const { base, client } = connect();
  const trace = traceOf(base);
  afterAll(async () => {
    for (const each of clients) each.destroy();
    server.close();
    await once(server, "close");
    expect(trace.forbidden).toEqual([]);
    expect(trace.sent.length).toBeGreaterThan(0);
  });

  let tables = 0;
  return {
    endpoint,
    client,
    trace,
    connect,
    async createTable() {
      const tableName = `chat-${++tables}`;
      await base.send(new CreateTableCommand(chatTable({ tableName }).createTable));
      const describe = new DescribeTableCommand({ TableName: tableName });
      while ((await base.send(describe)).Table?.TableStatus !== "ACTIVE");
      return tableName;
    },
  };
}
