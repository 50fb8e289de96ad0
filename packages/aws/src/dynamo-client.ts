import type {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { InvalidArgumentError, type Logger, type Meter, type Ports } from "@hubbub/core";
import { checkTableName } from "./chat-table.ts";

/** What is sent to DynamoDB. A `Scan` is not among it, nor is a transaction. */
export type DynamoCommand =
  | BatchGetCommand
  | BatchWriteCommand
  | DeleteCommand
  | GetCommand
  | PutCommand
  | QueryCommand
  | UpdateCommand;

/** The least of a `DynamoDBDocumentClient` that is needed. */
export interface DynamoClientLike {
  send(command: DynamoCommand): Promise<unknown>;
  /** The region is for the messages of errors; `wrapNumbers` must not be true, or no row could be read. */
  readonly config?: {
    readonly region?: unknown;
    readonly translateConfig?:
      | { readonly unmarshallOptions?: { readonly wrapNumbers?: unknown } | undefined }
      | undefined;
  };
}

/** What store and log have in common. */
export interface DynamoOptions extends Pick<Ports, "clock"> {
  /** The client; its own retries (`maxAttempts`) stay as you set them. */
  client: DynamoClientLike;
  /** The table that {@link chatTable} describes. */
  tableName: string;
  /** Counts requests; a batch counts as many as it has rows. (Default: nobody counts) */
  meter?: Meter | undefined;
  /** Is told of a wrong set-up. (Default: nobody is) */
  logger?: Logger | undefined;
}

/**
 * Refuses options that can't be right.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkDynamoOptions(options: DynamoOptions & { random?: unknown }): void {
  const { client, tableName, clock, random } = options;
  if (typeof client?.send !== "function") {
    throw new InvalidArgumentError("client must be a DynamoDBDocumentClient: it has no send()");
  }
  if (client.config?.translateConfig?.unmarshallOptions?.wrapNumbers === true) {
    throw new InvalidArgumentError(
      "client must give numbers as numbers: wrapNumbers must not be true",
    );
  }
  checkTableName(tableName);
  if (typeof clock?.now !== "function" || typeof clock.sleep !== "function") {
    throw new InvalidArgumentError("clock must have now() and sleep()");
  }
  if (random !== undefined && typeof random !== "function") {
    throw new InvalidArgumentError("random must be a function");
  }
}
