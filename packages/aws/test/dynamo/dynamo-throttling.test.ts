import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import type { DynamoClientLike } from "../../src/dynamo-client.ts";
import { createDynamoRequests } from "../../src/dynamo-requests.ts";

/** Requests over a client that answers from a list, and over a clock that notes how long it slept. */
function createRequests(answers: readonly (Error | object)[], random = createSeededRandom(1)) {
  const sleeps: number[] = [];
  const sent: object[] = [];
  const client: DynamoClientLike = {
    async send(command) {
      sent.push(command.input);
      const answer = answers[sent.length - 1] ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void sleeps.push(ms) };
  return { sent, sleeps, ...createDynamoRequests({ client, tableName: "chat", clock, random }) };
}

const named = (name: string, extra: object = {}) => Object.assign(new Error(name), { name }, extra);
const key = (sk: string) => ({ pk: "p", sk });
const NAMES = [
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
];

describe("a throttled request", () => {
  it.each(NAMES)("is repeated after %s, until it is done", async (name) => {
    const { get, sent, sleeps } = createRequests([named(name), named(name), { Item: { a: 1 } }]);
    expect(await get(key("a"))).toEqual({ a: 1 });
    expect(sent).toHaveLength(3);
    expect(sleeps).toHaveLength(2);
  });

  it("is given up after 6 tries, with its cause", async () => {
    const error = named("ThrottlingException");
    const { update, sent, sleeps } = createRequests(Array.from({ length: 9 }, () => error));
    const result = update(key("a"), { update: "SET a = :a" });
    await expect(result).rejects.toMatchObject({ code: "unavailable", cause: error });
    expect(sent).toHaveLength(6);
    expect(sleeps).toHaveLength(5);
  });

  it("waits with full jitter: from nothing up to a bound that doubles, a second at most", async () => {
    const error = named("ThrottlingException");
    const errors = Array.from({ length: 5 }, () => error);
    const least = createRequests(errors, () => 0);
    const most = createRequests(errors, () => 0.999_999);
    await Promise.all([least.get(key("a")), most.get(key("a"))]);
    expect(least.sleeps).toEqual([0, 0, 0, 0, 0]);
    expect(most.sleeps.map(Math.round)).toEqual([50, 100, 200, 400, 800]);
  });

  it("that may have been written before is known by its condition", async () => {
    const failed = named("ConditionalCheckFailedException", { $metadata: { attempts: 1 } });
    const condition = { condition: "attribute_not_exists(pk)" };
    const once = createRequests([failed]);
    expect(await once.put(key("a"), condition)).toEqual({ done: false, retried: false });
    const again = createRequests([named("ThrottlingException"), failed]);
    expect(await again.put(key("a"), condition)).toEqual({ done: false, retried: true });
    const twice = named("ConditionalCheckFailedException", { $metadata: { attempts: 2 } });
    const bySdk = createRequests([twice]);
    expect(await bySdk.put(key("a"), condition)).toEqual({ done: false, retried: true });
    const untold = createRequests([named("ConditionalCheckFailedException")]);
    expect(await untold.put(key("a"), condition)).toEqual({ done: false, retried: true });
  });

  it("is not repeated after any other failure: it may have been done", async () => {
    for (const error of [named("TimeoutError"), named("InternalServerError")]) {
      const { put, sent } = createRequests([error]);
      const result = put(key("a"), { condition: "attribute_not_exists(pk)" });
      await expect(result).rejects.toMatchObject({ code: "unavailable", cause: error });
      expect(sent).toHaveLength(1);
    }
  });
});

describe("a batch of which rows are left over", () => {
  const left = (...sks: string[]) => ({
    UnprocessedItems: { chat: sks.map((sk) => ({ DeleteRequest: { Key: key(sk) } })) },
  });

  it("is sent again with the rest", async () => {
    const { deleteAll, sent, sleeps } = createRequests([left("b", "c"), left("c"), {}]);
    await deleteAll(["a", "b", "c"].map(key));
    expect(sent).toEqual(
      [["a", "b", "c"], ["b", "c"], ["c"]].map((sks) => ({
        RequestItems: left(...sks).UnprocessedItems,
      })),
    );
    expect(sleeps).toHaveLength(2);
  });

  it("is given up after 6 tries", async () => {
    const { deleteAll, sent } = createRequests(Array.from({ length: 9 }, () => left("a")));
    await expect(deleteAll([key("a")])).rejects.toMatchObject({ code: "unavailable" });
    expect(sent).toHaveLength(6);
  });

  it("gives all rows that it has read in several goes", async () => {
    const rest = { chat: { Keys: [key("b")], ConsistentRead: true } };
    const { getAll, sent } = createRequests([
      { Responses: { chat: [{ sk: "a" }] }, UnprocessedKeys: rest },
      { Responses: { chat: [{ sk: "b" }] }, UnprocessedKeys: {} },
    ]);
    expect(await getAll([key("a"), key("b")], ["sk"])).toEqual([{ sk: "a" }, { sk: "b" }]);
    expect(sent[1]).toEqual({ RequestItems: rest });
  });

  it("has at most 25 deletions and 100 reads", async () => {
    const keys = Array.from({ length: 130 }, (_, index) => key(`k${index}`));
    const { deleteAll, getAll, sent } = createRequests([]);
    await deleteAll(keys);
    await getAll(keys, ["sk"]);
    const sizes = (sent as { RequestItems: { chat: unknown[] | { Keys: unknown[] } } }[]).map(
      ({ RequestItems: { chat } }) => (Array.isArray(chat) ? chat.length : chat.Keys.length),
    );
    expect(sizes).toEqual([25, 25, 25, 25, 25, 5, 100, 30]);
  });
});
