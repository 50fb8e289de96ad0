import { SQSClient } from "@aws-sdk/client-sqs";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSqsFanOut } from "../../src/index.ts";
import { startDirect } from "../lambda/lambda-direct.ts";

const job = { room: "lobby", epoch: "e", seq: 1 };
const urlIn = (region: string, suffix = "") =>
  `https://sqs.${region}.amazonaws.com${suffix}/123456789012/jobs`;

/** Where each request would have gone. */
const sent: { region: string; host: string | undefined }[] = [];

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.spyOn(SQSClient.prototype, "send").mockImplementation(async function (this: SQSClient) {
    const { region, endpoint } = this.config;
    sent.push({ region: await region(), host: (await endpoint?.())?.hostname });
    return {};
  });
});

afterEach(() => {
  sent.length = 0;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("the queue's client that is created here", () => {
  it.each([
    [{ queueUrl: urlIn("eu-west-1") }, "eu-west-1", undefined],
    [{ queueUrl: urlIn("cn-north-1", ".cn") }, "cn-north-1", undefined],
    [{ queueUrl: urlIn("eu-west-1"), region: "eu-central-1" }, "eu-central-1", undefined],
    [
      { queueUrl: "https://queues.example/1/jobs", region: "eu-west-1" },
      "eu-west-1",
      "queues.example",
    ],
    [{ queueUrl: "https://queues.example/1/jobs" }, "us-east-1", "queues.example"],
  ])("asks, for %j, in %s at %s", async (options, region, host) => {
    await createSqsFanOut(options).enqueue(job);
    expect(sent).toEqual([{ region, host }]);
  });

  it.each([
    [urlIn("eu-west-1"), "eu-west-1"],
    ["https://queues.example/1/jobs", "us-west-2"],
  ])("asks for %s in %s when the function is told us-west-2", async (queueUrl, region) => {
    const store = createMemoryConnectionStore({ clock: { now: Date.now } });
    const connection = { protocol: "hubbub.v1", rooms: [], connectedAt: 0 } as const;
    for (const connectionId of ["a", "b"]) {
      const user = { userId: connectionId };
      await store.open({ connectionId, user, expiresAt: Number.MAX_SAFE_INTEGER, ...connection });
      await store.join(connectionId, "lobby");
    }
    const { handler } = startDirect({ store, queueUrl, fanOutAbove: 1, region: "us-west-2" });
    await handler.hub.publish("lobby", "say", { text: "hi" });
    expect(sent).toMatchObject([{ region }]);
  });
});
