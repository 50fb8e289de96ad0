import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { chatTable } from "@hubbub/aws";
import dynalite from "dynalite";

/** Where a client finds a table. */
export interface TableAccess {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Starts a DynamoDB in this process's memory and creates the chat's table in it.
 *
 * @param tableName The table's name.
 * @param access Who asks for it.
 * @returns The endpoint.
 */
export async function startLocalTable(tableName: string, access: TableAccess): Promise<string> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ endpoint, ...access });
  await client.send(new CreateTableCommand(chatTable({ tableName }).createTable));
  const wait = { client, maxWaitTime: 10, minDelay: 1 };
  await waitUntilTableExists(wait, { TableName: tableName });
  client.destroy();
  return endpoint;
}
