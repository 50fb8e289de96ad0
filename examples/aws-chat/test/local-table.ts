import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chatTable } from "@hubbub/aws";
import dynalite from "dynalite";

/** The chat's tables in this process's memory. */
export interface LocalTable {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  create(tableName: string): Promise<void>;
  close(): void;
}

/** Starts a DynamoDB in memory. */
export async function startLocalTable(): Promise<LocalTable> {
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  return {
    endpoint,
    client,
    async create(tableName) {
      await client.send(new CreateTableCommand(chatTable({ tableName }).createTable));
    },
    close() {
      client.destroy();
      server.close();
    },
  };
}
