import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createTestClock, rejection } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

describe("deleting and hiding", () => {
  const received = async (options = {}) => {
    const clock = createTestClock();
    const { sqs, client, QueueUrl } = await startSqs({ clock });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
    const receive = async () => {
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...options }));
      return { QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle };
    };
    return { clock, client, QueueUrl, receive, counts: () => sqs.queue("jobs").counts() };
  };

  it("deletes by the handle of the last receive only, and twice without error", async () => {
    const { clock, client, receive, counts } = await received();
    const old = await receive();
    await clock.advance(30_000);
    const last = await receive();
    await client.send(new DeleteMessageCommand(old));
    expect(counts().inFlight).toBe(1);
    await client.send(new DeleteMessageCommand(last));
    await client.send(new DeleteMessageCommand(last));
    expect(counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("makes a message visible at once, or later than it would be", async () => {
    const { clock, client, receive, counts } = await received();
    const first = await receive();
    await client.send(new ChangeMessageVisibilityCommand({ ...first, VisibilityTimeout: 0 }));
    expect(counts().visible).toBe(1);
    const again = { ...(await receive()), VisibilityTimeout: 60 };
    await client.send(new ChangeMessageVisibilityCommand(again));
    await clock.advance(59_999);
    expect(counts().inFlight).toBe(1);
    await clock.advance(1);
    const late = await rejection(client.send(new ChangeMessageVisibilityCommand(again)));
    expect(late).toBeInstanceOf(MessageNotInflight);
  });

  it("makes messages visible in batches", async () => {
    const { client, receive, counts } = await received();
    const { QueueUrl, ReceiptHandle } = await receive();
    const Entries = [
      { Id: "a", ReceiptHandle, VisibilityTimeout: 0 },
      { Id: "b", ReceiptHandle: "nonsense", VisibilityTimeout: 0 },
    ];
    const answer = await client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }),
    );
    expect(answer.Successful).toEqual([{ Id: "a" }]);
    expect(answer.Failed).toMatchObject([{ Id: "b", Code: "ReceiptHandleIsInvalid" }]);
    expect(counts().visible).toBe(1);
  });

  it("refuses what is no receipt handle", async () => {
    const { client, QueueUrl } = await received();
    const wrong = { QueueUrl, ReceiptHandle: "nonsense" };
    const error = await rejection(client.send(new DeleteMessageCommand(wrong)));
    expect(error).toBeInstanceOf(ReceiptHandleIsInvalid);
  });

  it("deletes in batches", async () => {
    const { client, QueueUrl, receive, counts } = await received();
    const { ReceiptHandle } = await receive();
    const { Successful, Failed } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "good", ReceiptHandle },
          { Id: "bad", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(Successful).toEqual([{ Id: "good" }]);
    expect(Failed).toMatchObject([
      { Id: "bad", Code: "ReceiptHandleIsInvalid", SenderFault: true },
    ]);
    expect(counts().inFlight).toBe(0);
  });

  it("purges, but not twice within a minute", async () => {
    const { clock, client, QueueUrl, counts } = await received();
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(counts().visible).toBe(0);
    const again = await rejection(client.send(new PurgeQueueCommand({ QueueUrl })));
    expect(again.name).toBe("PurgeQueueInProgress");
    await clock.advance(60_000);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
  });
});
