import type {
  CreateTableCommandInput,
  UpdateTimeToLiveCommandInput,
} from "@aws-sdk/client-dynamodb";
import { InvalidArgumentError } from "@hubbub/core";

/** Options of {@link chatTable}. */
export interface ChatTableOptions {
  /** The table's name: 3 to 255 characters of `[A-Za-z0-9_.-]`. */
  tableName: string;
}

/** All that makes a table one that the store and the log can use. */
export interface ChatTable {
  /** Input of `CreateTableCommand`; its properties are those of CloudFormation's `AWS::DynamoDB::Table`. */
  readonly createTable: CreateTableCommandInput & { TableName: string };
  /** Input of `UpdateTimeToLiveCommand`. Without it nothing breaks, but nothing is ever deleted either. */
  readonly timeToLive: UpdateTimeToLiveCommandInput & { TableName: string };
}

/** The index that finds the connections of a user. It holds keys only. */
export const USER_INDEX = "byUser";

const NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/**
 * Refuses what can be no table's name.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkTableName(tableName: unknown): asserts tableName is string {
  if (typeof tableName === "string" && NAME.test(tableName)) return;
  throw new InvalidArgumentError(
    `tableName must be 3 to 255 characters of A-Z, a-z, 0-9, "_", "." and "-", got ${JSON.stringify(tableName)}`,
  );
}

/**
 * Describes the one table that holds connections, memberships and logs: keys `pk` and `sk`, billed by
 * request, the index `byUser`, and expiry by the attribute `ttl` (seconds since the Unix epoch).
 *
 * @param options The table's name.
 * @returns Parameters for the SDK, CDK or CloudFormation.
 * @throws InvalidArgumentError if the name can be no table's name.
 */
export function chatTable({ tableName }: ChatTableOptions): ChatTable {
  checkTableName(tableName);
  return {
    createTable: {
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "usr", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: USER_INDEX,
          KeySchema: [{ AttributeName: "usr", KeyType: "HASH" }],
          Projection: { ProjectionType: "KEYS_ONLY" },
        },
      ],
    },
    timeToLive: {
      TableName: tableName,
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    },
  };
}
