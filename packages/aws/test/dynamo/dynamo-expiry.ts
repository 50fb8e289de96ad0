import { DeleteCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { DynamoRig } from "./dynamo-rig.ts";

/**
 * Does what DynamoDB's expiry may do at any time: deletes rows of a partition whose `ttl` is over, all
 * of them or some, in any order.
 *
 * @returns How many were deleted.
 */
export async function expire(
  { client, tableName, clock }: DynamoRig,
  pk: string,
  chosen: () => boolean = () => true,
): Promise<number> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
    ConsistentRead: true,
  });
  const { Items = [] } = await client.send(query);
  const over = Items.filter(({ ttl }) => ttl !== undefined && ttl * 1000 < clock.now());
  const victims = over.filter(chosen);
  for (const item of victims) {
    const Key = { pk: item.pk, sk: item.sk };
    await client.send(new DeleteCommand({ TableName: tableName, Key }));
  }
  return victims.length;
}
