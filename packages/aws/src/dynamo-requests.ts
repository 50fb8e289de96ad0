import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
  DeleteCommand,
  GetCommand,
  type GetCommandOutput,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateCommand,
  type UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { createDistrust } from "@hubbub/core/adapter";
import { DynamoConditionFailed } from "./dynamo-errors.ts";
import type { DynamoKey } from "./dynamo-keys.ts";
import {
  createDynamoSender,
  type DynamoRequest,
  type DynamoSenderOptions,
} from "./dynamo-sender.ts";

/** A row as the document client gives it. */
export type DynamoItem = Record<string, unknown>;

/** The condition of a write, in DynamoDB's terms. */
interface DynamoCondition {
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values?: Record<string, unknown>;
}

/** A change of one row; without a condition it always happens. */
interface DynamoChange extends Partial<DynamoCondition> {
  readonly update: string;
  /** The row as it was, or as it is. (Default: neither) */
  readonly returns?: "ALL_OLD" | "ALL_NEW";
}

/** What became of a write. */
export type DynamoWritten =
  | { readonly done: true; readonly item: DynamoItem | undefined }
  /** The condition was not met. `retried`: it may be this very write that made it so. */
  | { readonly done: false; readonly retried: boolean };

/** A part of a partition. */
export interface DynamoPage {
  readonly items: readonly DynamoItem[];
  readonly count: number;
  /** Where to go on; absent at the end. */
  readonly last: DynamoItem | undefined;
}

/** The requests that store and log are made of; every read of the table is strongly consistent. */
export interface DynamoRequests {
  get(key: DynamoKey): Promise<DynamoItem | undefined>;
  /** Those of the rows that are there, in any order, with these attributes. */
  getAll(keys: readonly DynamoKey[], attributes: readonly string[]): Promise<DynamoItem[]>;
  put(item: DynamoItem & DynamoKey, condition: DynamoCondition): Promise<DynamoWritten>;
  update(key: DynamoKey, change: DynamoChange): Promise<DynamoWritten>;
  delete(key: DynamoKey, condition: DynamoCondition): Promise<DynamoWritten>;
  deleteAll(keys: readonly DynamoKey[]): Promise<void>;
  query(input: Omit<QueryCommandInput, "TableName">): Promise<DynamoPage>;
  /** Is told of rows that are not what was put there. */
  distrust(what: string, row: DynamoItem): void;
}

const OF_A_ROOM = /^[RL]#/;
const MAX_READS = 100; // Of a BatchGetItem.
const MAX_WRITES = 25; // Of a BatchWriteItem.

/** Creates the requests to one table. */
export function createDynamoRequests(options: DynamoSenderOptions): DynamoRequests {
  const send = createDynamoSender(options);
  const { tableName: TableName } = options;

  async function write(
    action: string,
    command: PutCommand | UpdateCommand | DeleteCommand,
  ): Promise<DynamoWritten> {
    try {
      const [output] = await send<UpdateCommandOutput>({ action, kind: "write", command });
      return { done: true, item: output?.Attributes };
    } catch (error) {
      if (!(error instanceof DynamoConditionFailed)) throw error;
      return { done: false, retried: error.retried };
    }
  }

  const distrust = createDistrust(options.logger);

  return {
    distrust(what, { pk, sk }) {
      const partition = String(pk);
      // No key of ours has a space. A room's partition may be named; others hold the id of a connection.
      distrust(what, `${partition} ${sk}`, OF_A_ROOM.test(partition) ? { partition } : {});
    },
    async get(Key) {
      const command = new GetCommand({ TableName, Key, ConsistentRead: true });
      const [output] = await send<GetCommandOutput>({ action: "GetItem", kind: "read", command });
      return output?.Item;
    },
    async getAll(keys, attributes) {
      const outputs: BatchGetCommandOutput[] = [];
      for (let start = 0; start < keys.length; start += MAX_READS) {
        const Keys = keys.slice(start, start + MAX_READS);
        const { names, list } = projection(attributes);
        const request = { Keys, ConsistentRead: true, ...list, ExpressionAttributeNames: names };
        outputs.push(...(await send(batchGet({ [TableName]: request }))));
      }
      return outputs.flatMap(({ Responses }) => Responses?.[TableName] ?? []);
    },
    put: (Item, condition) =>
      write("PutItem", new PutCommand({ TableName, Item, ...expression(condition) })),
    update: (Key, { update, returns, ...rest }) =>
      write(
        "UpdateItem",
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: update,
          ...(returns && { ReturnValues: returns }),
          ...expression(rest),
        }),
      ),
    delete: (Key, condition) =>
      write("DeleteItem", new DeleteCommand({ TableName, Key, ...expression(condition) })),
    async deleteAll(keys) {
      for (let start = 0; start < keys.length; start += MAX_WRITES) {
        const lot = keys.slice(start, start + MAX_WRITES);
        const requests = lot.map((Key) => ({ DeleteRequest: { Key } }));
        await send(batchWrite({ [TableName]: requests }));
      }
    },
    async query(input) {
      const command = new QueryCommand({ TableName, ...input });
      const [output] = await send<QueryCommandOutput>({ action: "Query", kind: "list", command });
      const { Items: items = [], Count: count = 0, LastEvaluatedKey: last } = output ?? {};
      return { items, count, last };
    },
  };
}

function expression({ condition, names, values }: Partial<DynamoCondition>) {
  return {
    ...(condition && { ConditionExpression: condition }),
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: values }),
  };
}

/** Every name by a placeholder: some are reserved words. */
function projection(attributes: readonly string[]) {
  const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
  return { names, list: { ProjectionExpression: Object.keys(names).join(", ") } };
}

type Reads = NonNullable<ConstructorParameters<typeof BatchGetCommand>[0]["RequestItems"]>;
type Writes = NonNullable<ConstructorParameters<typeof BatchWriteCommand>[0]["RequestItems"]>;

function batchGet(RequestItems: Reads): DynamoRequest<BatchGetCommandOutput> {
  const rows = Object.values(RequestItems).flatMap(({ Keys = [] }) => Keys).length;
  return {
    action: "BatchGetItem",
    kind: "read",
    rows,
    command: new BatchGetCommand({ RequestItems }),
    rest: ({ UnprocessedKeys }) =>
      isLeft(UnprocessedKeys) ? batchGet(UnprocessedKeys) : undefined,
  };
}

function batchWrite(RequestItems: Writes): DynamoRequest<BatchWriteCommandOutput> {
  return {
    action: "BatchWriteItem",
    kind: "write",
    rows: Object.values(RequestItems).flat().length,
    command: new BatchWriteCommand({ RequestItems }),
    rest: ({ UnprocessedItems }) =>
      isLeft(UnprocessedItems) ? batchWrite(UnprocessedItems) : undefined,
  };
}

function isLeft<T extends object>(left: T | undefined): left is T {
  return left !== undefined && Object.keys(left).length > 0;
}
