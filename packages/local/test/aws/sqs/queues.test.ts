import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createTestClock, rejection } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

describe("queues", () => {
  it("are created once, and found by name", async () => {
    const { sqs, client } = await startSqs();
    const Attributes = { VisibilityTimeout: "60" };
    const create = { QueueName: "other", Attributes };
    const { QueueUrl } = await client.send(new CreateQueueCommand(create));
    expect(QueueUrl).toBe(`${sqs.endpoint}/000000000000/other`);
    expect(await client.send(new CreateQueueCommand(create))).toMatchObject({ QueueUrl });
    expect(await client.send(new GetQueueUrlCommand({ QueueName: "other" }))).toMatchObject({
      QueueUrl,
    });
    const changed = { QueueName: "other", Attributes: { VisibilityTimeout: "61" } };
    const exists = await rejection(client.send(new CreateQueueCommand(changed)));
    expect(exists).toBeInstanceOf(QueueNameExists);
    const missing = await rejection(client.send(new GetQueueUrlCommand({ QueueName: "none" })));
    expect(missing).toBeInstanceOf(QueueDoesNotExist);
    expect(missing.Code).toBe("AWS.SimpleQueueService.NonExistentQueue");
  });

  it("are listed, and deleted with what is in them", async () => {
    const { sqs, client, QueueUrl } = await startSqs({ queues: { jobs: {}, other: {} } });
    const urls = async (QueueNamePrefix?: string) =>
      (await client.send(new ListQueuesCommand({ QueueNamePrefix }))).QueueUrls;
    const other = sqs.queue("other").url;
    expect(await urls()).toEqual([QueueUrl, other]);
    expect(await urls("oth")).toEqual([other]);
    const before = sqs.queue("jobs");
    before.send("job");
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    expect(await urls()).toEqual([other]);
    expect(before.counts().visible).toBe(0);
    const error = await rejection(client.send(new DeleteQueueCommand({ QueueUrl })));
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(sqs.createQueue("jobs", { VisibilityTimeout: "1" }).counts().visible).toBe(0);
  });

  it("tell their attributes, and change them", async () => {
    const { client, QueueUrl } = await startSqs();
    const get = async (...AttributeNames: ("All" | "VisibilityTimeout")[]) =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
    expect(await get("All")).toEqual({
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:jobs",
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      VisibilityTimeout: "30",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      MessageRetentionPeriod: "345600",
      MaximumMessageSize: "1048576",
    });
    const Attributes = { VisibilityTimeout: "7" };
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await get("VisibilityTimeout")).toEqual(Attributes);
  });

  const wrong: [code: string, attributes: Record<string, string>][] = [
    ["InvalidAttributeName", { NoSuchThing: "1" }],
    ["InvalidAttributeValue", { VisibilityTimeout: "43201" }],
    ["InvalidAttributeValue", { DelaySeconds: "x" }],
    ["InvalidAttributeValue", { RedrivePolicy: "{" }],
    ["InvalidAttributeValue", { RedrivePolicy: '{"deadLetterTargetArn":"a"}' }],
  ];
  it.each(wrong)("answer %s to %j", async (name, Attributes) => {
    const { client, QueueUrl } = await startSqs();
    const command = new SetQueueAttributesCommand({ QueueUrl, Attributes });
    expect((await rejection(client.send(command))).name).toBe(name);
  });

  it("are standard ones, with names of 80 characters at most", async () => {
    const { client, QueueUrl } = await startSqs();
    const create = async (QueueName: string) =>
      (await rejection(client.send(new CreateQueueCommand({ QueueName })))).name;
    expect(await create("a.fifo")).toBe("UnsupportedOperation");
    expect(await create("a".repeat(81))).toBe("InvalidParameterValue");
    const tag = new TagQueueCommand({ QueueUrl, Tags: { a: "b" } });
    expect((await rejection(client.send(tag))).name).toBe("UnknownOperationException");
  });

  it("forget what is older than their retention", async () => {
    const clock = createTestClock();
    const { sqs } = await startSqs({ clock, queues: { jobs: { MessageRetentionPeriod: "60" } } });
    const queue = sqs.queue("jobs");
    queue.send("job");
    await clock.advance(59_999);
    expect(queue.counts().visible).toBe(1);
    await clock.advance(1);
    expect([queue.counts().visible, queue.take(1)]).toEqual([0, []]);
  });

  it("move what was received too often to the dead-letter queue", async () => {
    const clock = createTestClock();
    const deadLetterTargetArn = "arn:aws:sqs:us-east-1:000000000000:dead";
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    const { sqs, client, QueueUrl } = await startSqs({
      ...{ clock, queues: { dead: {}, jobs: { RedrivePolicy, VisibilityTimeout: "1" } } },
    });
    const { MessageId } = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "job" }),
    );
    const receive = async (url: string) => {
      await clock.advance(1000);
      const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
      return Messages.map((message) => message.MessageId);
    };
    expect(await receive(QueueUrl)).toEqual([MessageId]);
    expect(await receive(QueueUrl)).toEqual([MessageId]);
    expect(await receive(QueueUrl)).toEqual([]);
    expect(sqs.queue("jobs").counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(await receive(sqs.queue("dead").url)).toEqual([MessageId]);
  });
});

describe("limits", () => {
  const KB = 1024;
  const entry = (Id: string, bytes = 1) => ({ Id, MessageBody: "x".repeat(bytes) });
  const many = [...Array(11).keys()].map((index) => entry(String(index)));

  it.each([
    ["EmptyBatchRequest", []],
    ["TooManyEntriesInBatchRequest", many],
    ["BatchEntryIdsNotDistinct", [entry("a"), entry("a")]],
    ["InvalidBatchEntryId", [entry("a b")]],
    ["BatchRequestTooLong", [entry("a", 512 * KB), entry("b", 512 * KB + 1)]],
  ])("answer %s", async (name, Entries) => {
    const { client, QueueUrl } = await startSqs();
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    expect((await rejection(client.send(command))).name).toBe(name);
  });

  it("are 1 MiB for a body with its attributes, or less if the queue says so", async () => {
    const { client, sqs } = await startSqs({
      queues: { jobs: {}, small: { MaximumMessageSize: "262144" } },
    });
    const room = { DataType: "String", StringValue: "12345" };
    const send = async (queue: string, bytes: number, MessageAttributes = {}) => {
      const QueueUrl = sqs.queue(queue).url;
      const MessageBody = "x".repeat(bytes);
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    };
    await send("jobs", 1024 * KB);
    await send("jobs", 1024 * KB - 15, { room });
    await send("small", 256 * KB);
    const errors = [
      await rejection(send("jobs", 1024 * KB + 1)),
      await rejection(send("jobs", 1024 * KB - 14, { room })),
      await rejection(send("small", 256 * KB + 1)),
    ];
    expect(errors.map((error) => error.name)).toEqual(Array(3).fill("InvalidParameterValue"));
  });

  it.each(["\u0000", "\u001f", "\ufffe"])("refuse the character %j", async (MessageBody) => {
    const { client, QueueUrl } = await startSqs();
    const error = await rejection(client.send(new SendMessageCommand({ QueueUrl, MessageBody })));
    expect(error.name).toBe("InvalidMessageContents");
  });

  it("take tabs, line ends and emoji", async () => {
    const { client, QueueUrl } = await startSqs();
    const MessageBody = "a\tb\r\n😀";
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe(MessageBody);
  });
});
