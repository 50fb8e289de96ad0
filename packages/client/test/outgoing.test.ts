import { describe, expect, it } from "vitest";
import { byteLength, createOutgoing } from "../src/outgoing.ts";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp } from "./setup.ts";

function setUpQueue(maxBytes = 1000) {
  const sent: string[] = [];
  const queue = createOutgoing((text) => sent.push(text), { maxBytes });
  return { queue, sent };
}

const frame = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;

describe("byteLength", () => {
  it("counts UTF-8", () => {
    expect(["", "a", "é", "€", "😀"].map(byteLength)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("createOutgoing", () => {
  it("sends nothing but the greeting before it is open", async () => {
    const { queue, sent } = setUpQueue();
    queue.add("1");
    queue.flush();
    await settle();
    expect(sent).toEqual([]);
    queue.greet('"hello"', () => queue.add('"join"'));
    expect(sent).toEqual(['["hello","join",1]']);
    queue.add("2");
    await settle();
    expect(sent).toHaveLength(1);
    queue.open();
    await settle();
    expect(sent.slice(1)).toEqual(["2"]);
  });

  it("holds back what comes after another greeting until it is open again", async () => {
    const { queue, sent } = setUpQueue();
    queue.open();
    queue.greet('"hello"', () => {});
    queue.add("1");
    await settle();
    expect(sent).toEqual(['"hello"']);
    queue.open();
    await settle();
    expect(sent).toEqual(['"hello"', "1"]);
  });

  it("sends at once what is flushed, and one frame without brackets", () => {
    const { queue, sent } = setUpQueue();
    queue.open();
    queue.add("1");
    queue.flush();
    queue.flush();
    expect(sent).toEqual(["1"]);
  });

  it.each([
    [31, [31]],
    [32, [32]],
    [33, [32, 1]],
    [65, [32, 32, 1]],
  ])("sends %i frames in messages of at most 32", (count, lengths) => {
    const { queue, sent } = setUpQueue();
    queue.open();
    for (let at = 0; at < count; at++) queue.add("1");
    queue.flush();
    expect(sent.map((text) => [JSON.parse(text) as unknown].flat())).toMatchObject(
      lengths.map((length) => ({ length })),
    );
  });

  it.each([
    [[48, 48], [99]],
    [
      [49, 49],
      [49, 49],
    ],
    [
      [20, 20, 60, 30],
      [43, 93],
    ],
  ])(
    "sends frames of %j bytes in messages of %j, brackets and commas included",
    (sizes, lengths) => {
      const { queue, sent } = setUpQueue(100);
      queue.open();
      for (const size of sizes) queue.add(frame(size));
      queue.flush();
      expect(sent.map(byteLength)).toEqual(lengths);
    },
  );

  it("sends at most 32 frames where more would be too many bytes as well", () => {
    const { queue, sent } = setUpQueue(1000);
    queue.open();
    for (let at = 0; at < 40; at++) queue.add(frame(25));
    queue.flush();
    expect(sent.map((text) => (JSON.parse(text) as unknown[]).length)).toEqual([32, 8]);
  });

  it("sends a frame that fills a message by itself", () => {
    const { queue, sent } = setUpQueue(10);
    queue.open();
    queue.add(frame(10));
    queue.add(frame(10));
    queue.flush();
    expect(sent).toEqual([frame(10), frame(10)]);
  });
});

describe("a frame", () => {
  it("may have maxBytes, and not one more", async () => {
    const server = createFakeServer();
    server.welcome.maxBytes = 200;
    const { client } = setUp({}, server);
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const room = client.join("lobby");
    await room.joined;
    const empty = byteLength('{"type":"signal","room":"lobby","event":"x","data":""}');
    room.signal("x", "y".repeat(200 - empty));
    await settle();
    expect(errors).toEqual([]);
    room.signal("x", "y".repeat(201 - empty));
    await settle();
    expect(errors).toEqual(["too_large"]);
    expect(server.sent("signal")).toHaveLength(1);
  });
});
