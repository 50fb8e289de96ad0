import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** One command as it was sent. */
interface SentCommand {
  readonly name: string;
  readonly input: Record<string, unknown>;
  /** Capacity units that DynamoDB has counted; absent if it failed. */
  units?: number;
  /** Rows that a query has found. */
  items?: number;
}

/** What a client sends, and the faults that it meets. */
export interface DynamoTrace {
  readonly sent: SentCommand[];
  /** Commands that must never be sent: scans, transactions, reads of the table that are not consistent. */
  readonly forbidden: SentCommand[];
  /** The next write fails as when the network does, before or after its effect, whatever the SDK retries. */
  failNext(when: "before" | "after"): void;
  /** The next query for slots misses its first or last item. */
  hideNext(which: "first" | "last"): void;
  /** The next write is done, and its answer lost on the way, within the SDK's retries. */
  loseAnswer(): void;
}

interface Output {
  ConsumedCapacity?: unknown;
  Items?: unknown[];
}

/** The faults that wait for their request. */
interface Faults {
  failing?: "before" | "after" | undefined;
  hiding?: "first" | "last" | undefined;
  losing?: boolean;
}

const WRITES = /^(Put|Update|Delete|BatchWrite)Item$/;
const TABLES = /Table$/;
const networkError = () =>
  Object.assign(new Error("read ECONNRESET"), { name: "TimeoutError", code: "ECONNRESET" });

/** Follows what a client sends. */
export function traceOf(base: DynamoDBClient): DynamoTrace {
  const sent: SentCommand[] = [];
  const forbidden: SentCommand[] = [];
  const faults: Faults = {};
  const nameOf = (context: unknown) =>
    String((context as { commandName?: string }).commandName).replace(/Command$/, "");

  base.middlewareStack.add(
    (next, context) => async (args) => {
      const name = nameOf(context);
      if (TABLES.test(name)) return next(args);
      const command: SentCommand = { name, input: args.input as unknown as SentCommand["input"] };
      sent.push(command);
      if (!isAllowed(command)) forbidden.push(command);
      Object.assign(command.input, { ReturnConsumedCapacity: "TOTAL" });
      const result = await withFaults(faults, command, () => next(args));
      const { ConsumedCapacity, Items = [] } = result.output as Output;
      command.units = unitsOf(ConsumedCapacity);
      command.items = Items.length;
      return result;
    },
    { step: "initialize", name: "trace", priority: "low" },
  );
  base.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (!faults.losing || !WRITES.test(nameOf(context))) return result;
      faults.losing = false;
      throw networkError();
    },
    { step: "deserialize", name: "lose", priority: "low" },
  );

  return {
    sent,
    forbidden,
    failNext: (when) => void Object.assign(faults, { failing: when }),
    hideNext: (which) => void Object.assign(faults, { hiding: which }),
    loseAnswer: () => void Object.assign(faults, { losing: true }),
  };
}

/** Sends a command, and does to it and to its answer what is due. */
async function withFaults<T extends { output: object }>(
  faults: Faults,
  { name, input }: SentCommand,
  call: () => Promise<T>,
): Promise<T> {
  const when = WRITES.test(name) ? faults.failing : undefined;
  if (when) faults.failing = undefined;
  if (when === "before") throw networkError();
  const result = await call();
  if (when === "after") throw networkError();
  // Of the queries for slots only: that of the state must be, and is, up to date.
  if (name === "Query" && input.ScanIndexForward !== false) hide(faults, result.output);
  return result;
}

function isAllowed({ name, input }: SentCommand): boolean {
  if (WRITES.test(name)) return true;
  if (name === "GetItem") return input.ConsistentRead === true;
  if (name === "Query") return input.ConsistentRead === true || input.IndexName === "byUser";
  if (name !== "BatchGetItem") return false;
  const reads = Object.values(input.RequestItems ?? {}) as { ConsistentRead?: boolean }[];
  return reads.every(({ ConsistentRead }) => ConsistentRead === true);
}

function hide(faults: Faults, { Items: items = [] }: Output): void {
  if (!faults.hiding || items.length === 0) return;
  if (faults.hiding === "first") items.shift();
  else items.pop();
  faults.hiding = undefined;
}

function unitsOf(consumed: unknown): number {
  const all = [consumed ?? []].flat() as { CapacityUnits?: number }[];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
