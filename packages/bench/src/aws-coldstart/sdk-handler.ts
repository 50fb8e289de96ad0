import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

const region = "us-east-1";
const table = DynamoDBDocumentClient.from(new DynamoDBClient({ region }));
const endpoint = "https://abcd1234.execute-api.us-east-1.amazonaws.com/prod";
const api = new ApiGatewayManagementApiClient({ region, endpoint });

/** The least of a chat that somebody writes on the official clients. */
export async function handler({
  room,
  id,
  text,
}: Record<"room" | "id" | "text", string>): Promise<void> {
  await table.send(new PutCommand({ TableName: "chat", Item: { pk: room, sk: id } }));
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: "chat",
      KeyConditionExpression: "pk = :room",
      ExpressionAttributeValues: { ":room": room },
    }),
  );
  const posts = Items.map(({ sk }) =>
    api.send(new PostToConnectionCommand({ ConnectionId: String(sk), Data: text })),
  );
  await Promise.all(posts);
}
