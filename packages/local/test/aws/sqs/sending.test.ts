import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import {
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { md5OfAttributes } from "../../../src/aws/sqs/message-attributes.ts";
import { createTestClock, rejection } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

const now = Date.UTC(2026, 0, 2);

describe("sending and receiving", () => {
  it("passes a message with its attributes, whose MD5s the official client checks", async () => {
    const clock = createTestClock(now);
    const { client, QueueUrl } = await startSqs({ clock });
    const MessageAttributes = {
      room: { DataType: "String", StringValue: "lobby é" },
      shard: { DataType: "Number", StringValue: "7" },
      raw: { DataType: "Binary.png", BinaryValue: new Uint8Array([0, 255]) },
    };
    const send = { QueueUrl, MessageBody: "héllo", MessageAttributes };
    const sent = await client.send(new SendMessageCommand(send));
    await clock.advance(5);
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] },
      }),
    );
    expect(Messages).toEqual([
      {
        MessageId: sent.MessageId,
        ReceiptHandle: expect.any(String),
        Body: "héllo",
        MD5OfBody: sent.MD5OfMessageBody,
        MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
        MessageAttributes,
        Attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: String(now),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: String(now + 5),
        },
      },
    ]);
    expect(sent.MD5OfMessageBody).toBe("be50e8478cf24ff3595bc7307fb91b50");
  });

  it("gives only the attributes that were asked for", async () => {
    const { client, QueueUrl } = await startSqs();
    const value = { DataType: "String", StringValue: "x" };
    const MessageAttributes = { "trace.id": value, "trace.at": value, other: value };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "a", MessageAttributes }));
    const receive = async (own: string[], system: "SentTimestamp"[]) => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MessageAttributeNames: own, VisibilityTimeout: 0 },
          MessageSystemAttributeNames: system,
        }),
      );
      const [message] = Messages;
      const { MessageAttributes: got = {}, Attributes = {} } = message ?? {};
      return [Object.keys(got).sort(), Object.keys(Attributes)];
    };
    expect(await receive([], [])).toEqual([[], []]);
    expect(await receive(["trace.*"], ["SentTimestamp"])).toEqual([
      ["trace.at", "trace.id"],
      ["SentTimestamp"],
    ]);
    expect(await receive(["other"], [])).toEqual([["other"], []]);
  });

  it("hides what was received until its visibility timeout, and counts receives", async () => {
    const clock = createTestClock();
    const { client, QueueUrl } = await startSqs({ clock });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
    const receive = async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          ...{
            QueueUrl,
            MessageSystemAttributeNames: ["ApproximateReceiveCount"],
            VisibilityTimeout: 10,
          },
        }),
      );
      return Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
    };
    expect(await receive()).toEqual(["1"]);
    await clock.advance(9_999);
    expect(await receive()).toEqual([]);
    await clock.advance(1);
    expect(await receive()).toEqual(["2"]);
  });

  it("delays a message", async () => {
    const clock = createTestClock();
    const { sqs, client, QueueUrl } = await startSqs({ clock });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job", DelaySeconds: 5 }));
    expect(sqs.queue("jobs").counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    await clock.advance(5000);
    expect(sqs.queue("jobs").counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  });

  it("waits for a message in a long poll, and not longer than it was told", async () => {
    const clock = createTestClock();
    const { client, QueueUrl } = await startSqs({ clock });
    const receive = () => client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const first = receive();
    while (clock.timers === 0) await new Promise(setImmediate);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
    expect((await first).Messages?.[0]?.Body).toBe("job");
    const second = receive();
    while (clock.timers === 0) await new Promise(setImmediate);
    await clock.advance(20_000);
    expect((await second).Messages).toBeUndefined();
  });

  it("keeps what comes for nobody: a receiver that has hung up takes no message", async () => {
    const clock = createTestClock();
    const { sqs, client, QueueUrl } = await startSqs({ clock });
    const hangUp = new AbortController();
    const poll = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const lost = rejection(client.send(poll, { abortSignal: hangUp.signal }));
    await expect.poll(() => clock.timers).toBe(1);
    hangUp.abort();
    await lost;
    await expect.poll(() => clock.timers).toBe(0);
    sqs.queue("jobs").send("job");
    expect(sqs.queue("jobs").counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: "job" }]);
  });

  it("ends a long poll when a received message becomes visible again", async () => {
    const clock = createTestClock();
    const { client, QueueUrl } = await startSqs({ clock });
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "job" }));
    await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 3 }));
    const poll = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    while (clock.timers === 0) await new Promise(setImmediate);
    await clock.advance(3000);
    expect((await poll).Messages?.[0]?.Body).toBe("job");
  });
});

describe("md5OfAttributes", () => {
  it("is what AWS answers", () => {
    // The figure that moto and LocalStack expect, too.
    const timestamp = { DataType: "Number", StringValue: "1493147359900" };
    expect(md5OfAttributes({ timestamp })).toBe("235c5c510d26fb653d073faed50ae77c");
    expect(md5OfAttributes({})).toBeUndefined();
  });

  it("goes over names in their order, and tells binary values from text", () => {
    const bytes = [
      ...["\0\0\0\x03bin", "\0\0\0\x06Binary", "\x02", "\0\0\0\x02hi"],
      ...["\0\0\0\x04room", "\0\0\0\x06String", "\x01", "\0\0\0\x05lobby"],
    ].join("");
    const room = { DataType: "String", StringValue: "lobby" };
    const bin = { DataType: "Binary", BinaryValue: Buffer.from("hi").toString("base64") };
    const md5 = createHash("md5").update(bytes).digest("hex");
    expect(md5OfAttributes({ room, bin })).toBe(md5);
  });
});

describe("batches", () => {
  it("sends up to ten messages and answers each", async () => {
    const { client, QueueUrl } = await startSqs();
    const Entries = [...Array(10).keys()].map((index) => ({
      ...{ Id: `m${index}`, MessageBody: index === 3 ? "\u0001" : `job ${index}` },
    }));
    const { Successful, Failed } = await client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries }),
    );
    expect(Successful).toHaveLength(9);
    expect(Failed).toMatchObject([{ Id: "m3", Code: "InvalidMessageContents" }]);
  });
});
