import { PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Connection } from "@hubbub/core";
import {
  type ContractClock,
  type CountingMeter,
  createContractClock,
  createCountingMeter,
  createSeededRandom,
} from "@hubbub/testing";
import type { DynamoClientLike, DynamoCommand } from "../../src/dynamo-client.ts";
import {
  createDynamoConnectionStore,
  type DynamoConnectionStoreOptions,
} from "../../src/dynamo-connection-store.ts";
import { createDynamoRoomLog, type DynamoRoomLogOptions } from "../../src/dynamo-room-log.ts";
import type { DynamoKit } from "./dynamo-kit.ts";

export const LEASE_MS = 60_000;

/** A table of its own, with what a store and a log need beside it. */
export interface DynamoRig extends DynamoKit {
  readonly tableName: string;
  readonly clock: ContractClock;
  readonly meter: CountingMeter;
  /** What was logged as a warning by stores and logs. */
  readonly warnings: { message: string; details: unknown }[];
  /** Writes a row as nobody of us would. */
  put(row: object): Promise<unknown>;
  /** The sort keys of all rows of a partition. */
  keys(pk: string): Promise<string[]>;
  store(
    options?: Partial<DynamoConnectionStoreOptions>,
  ): ReturnType<typeof createDynamoConnectionStore>;
  log(options?: Partial<DynamoRoomLogOptions>): ReturnType<typeof createDynamoRoomLog>;
  /** A connection with a lease of `LEASE_MS`. */
  connection(connectionId: string, extra?: Partial<Connection>): Connection;
  /** Opens a connection and joins it to rooms. */
  enter(connectionId: string, ...rooms: string[]): Promise<void>;
}

/** Creates a table and all that a test of it needs. */
export async function createRig(kit: DynamoKit): Promise<DynamoRig> {
  const tableName = await kit.createTable();
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let ids = 0;
  const id = () => `id-${++ids}`;
  const warnings: DynamoRig["warnings"] = [];
  const logger = {
    warn: (message: string, details?: unknown) => void warnings.push({ message, details }),
    error: () => undefined,
  };
  const common = { client: kit.client, tableName, clock, random, meter, logger };
  const rig: DynamoRig = {
    ...kit,
    tableName,
    clock,
    ...{ meter, warnings },
    put: (Item) => kit.client.send(new PutCommand({ TableName: tableName, Item: { ...Item } })),
    async keys(pk) {
      const { Items = [] } = await kit.client.send(
        new QueryCommand({
          ...{ TableName: tableName, ConsistentRead: true, KeyConditionExpression: "pk = :pk" },
          ExpressionAttributeValues: { ":pk": pk },
        }),
      );
      return Items.map(({ sk }) => String(sk));
    },
    store: (options) => createDynamoConnectionStore({ ...common, ...options }),
    log: (options) => createDynamoRoomLog({ ...common, id, ...options }),
    connection: (connectionId, extra) => ({
      connectionId,
      user: { userId: `user-of-${connectionId}`, name: "Ann" },
      protocol: "hubbub.v1",
      rooms: [],
      connectedAt: clock.now(),
      expiresAt: clock.now() + LEASE_MS,
      ...extra,
    }),
    async enter(connectionId, ...rooms) {
      const store = rig.store();
      await store.open(rig.connection(connectionId));
      for (const room of rooms) await store.join(connectionId, room);
    },
  };
  return rig;
}

/** `Put` for a `PutCommand`. */
function commandName(command: DynamoCommand): string {
  return command.constructor.name.replace(/Command$/, "");
}

/** A client that does something before it sends the `nth` command of a kind; what that throws, it throws. */
export function pausing(
  client: DynamoClientLike,
  name: string,
  before: () => Promise<unknown>,
  nth = 1,
): DynamoClientLike {
  let seen = 0;
  return {
    async send(command) {
      if (commandName(command) === name && ++seen === nth) await before();
      return client.send(command);
    },
  };
}
