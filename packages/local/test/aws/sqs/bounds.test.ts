import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEventSource } from "../../../src/aws.ts";
import { createTestClock, rejection } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

const redrive = (maxReceiveCount: number) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn: "a", maxReceiveCount }),
});

describe("bounds of attributes", () => {
  it.each([
    { VisibilityTimeout: "0" },
    { VisibilityTimeout: "43200" },
    { DelaySeconds: "900" },
    { ReceiveMessageWaitTimeSeconds: "20" },
    { MessageRetentionPeriod: "60" },
    { MessageRetentionPeriod: "1209600" },
    { MaximumMessageSize: "1024" },
    { MaximumMessageSize: "1048576" },
    redrive(1),
    redrive(1000),
  ])("take %j", async (Attributes: Record<string, string>) => {
    const { client, QueueUrl, sqs } = await startSqs();
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(sqs.queue("jobs").attributes()).toMatchObject(Attributes);
  });

  it.each([
    { VisibilityTimeout: "-1" },
    { DelaySeconds: "901" },
    { ReceiveMessageWaitTimeSeconds: "21" },
    { MessageRetentionPeriod: "59" },
    { MessageRetentionPeriod: "1209601" },
    { MaximumMessageSize: "1023" },
    { MaximumMessageSize: "1048577" },
    { VisibilityTimeout: "1.5" },
    redrive(0),
    redrive(1001),
    redrive(1.5),
  ])("refuse %j", async (Attributes: Record<string, string>) => {
    const { client, QueueUrl } = await startSqs();
    const command = new SetQueueAttributesCommand({ QueueUrl, Attributes });
    expect((await rejection(client.send(command))).name).toBe("InvalidAttributeValue");
  });
});

describe("what a message carries", () => {
  const text = { DataType: "String", StringValue: "x" };
  it.each([
    ["no type", { a: { DataType: undefined, StringValue: "x" } }],
    ["an unknown type", { a: { DataType: "Date", StringValue: "x" } }],
    ["no value", { a: { DataType: "String" } }],
    ["an empty value", { a: { DataType: "Number", StringValue: "" } }],
    ["a value of another type", { a: { DataType: "Binary", StringValue: "x" } }],
    ["more than ten", Object.fromEntries([..."abcdefghijk"].map((name) => [name, text]))],
  ])("is refused with attributes that have %s", async (_what, MessageAttributes) => {
    const { client, QueueUrl } = await startSqs();
    const command = new SendMessageCommand({ QueueUrl, MessageBody: "a", MessageAttributes });
    expect((await rejection(client.send(command))).name).toBe("InvalidParameterValue");
  });

  it("may be 1 MiB for a whole batch", async () => {
    const { client, QueueUrl, sqs } = await startSqs();
    const MessageBody = "x".repeat(512 * 1024);
    const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sqs.queue("jobs").counts().visible).toBe(2);
  });

  it("keeps when it was first received", async () => {
    const clock = createTestClock();
    const { client, QueueUrl, sqs } = await startSqs({ clock });
    sqs.queue("jobs").send("job");
    const first = async () => {
      const MessageSystemAttributeNames = ["ApproximateFirstReceiveTimestamp" as const];
      const asked = { QueueUrl, MessageSystemAttributeNames, VisibilityTimeout: 1 };
      const { Messages } = await client.send(new ReceiveMessageCommand(asked));
      return Messages?.[0]?.Attributes?.ApproximateFirstReceiveTimestamp;
    };
    const at = String(clock.now());
    expect(await first()).toBe(at);
    await clock.advance(1000);
    expect(await first()).toBe(at);
  });
});

it.each([0, 11, 1.5, "2"])("a receive of %j messages is refused", async (max) => {
  const { sqs, QueueUrl } = await startSqs();
  const response = await fetch(sqs.endpoint, {
    method: "POST",
    headers: { "x-amz-target": "AmazonSQS.ReceiveMessage" },
    body: JSON.stringify({ QueueUrl, MaxNumberOfMessages: max }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    __type: "com.amazonaws.sqs#InvalidParameterValue",
  });
});

describe("an event source", () => {
  it("names a handler that fails in its log", async () => {
    const { sqs } = await startSqs();
    const lines: string[] = [];
    const source = createEventSource({
      queue: sqs.queue("jobs"),
      logger: { error: (line) => lines.push(line) },
      handler: () => Promise.reject(new Error("boom")),
    });
    onTestFinished(() => source.close());
    sqs.queue("jobs").send("job");
    await source.idle();
    expect(lines).toEqual(["the handler of the queue jobs failed"]);
  });

  it("leaves no timer of a handler that still runs when it is closed", async () => {
    const clock = createTestClock();
    const { sqs } = await startSqs({ clock });
    let called = false;
    const handler = () => {
      called = true;
      return new Promise(() => undefined);
    };
    const source = createEventSource({ queue: sqs.queue("jobs"), handler });
    sqs.queue("jobs").send("job");
    while (!called) await new Promise(setImmediate);
    source.close();
    expect(clock.timers).toBe(0);
  });
});
