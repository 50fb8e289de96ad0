import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyFrame, anyJson, anyMessage } from "../../../core/test/properties/any-json.ts";
import { parseFrames } from "../../src/frames.ts";
import { record, settle, setUp, texts } from "../setup.ts";

const timeout = 60_000;
const room = fc.constantFrom("lobby", "lobby", "@ann", "@bob", "else");
// The first ids that a client gives, so that frames are answers to what it asked.
const id = fc.option(fc.constantFrom(".1", ".2", ".3", ".4", ".5"), { nil: undefined });
const epoch = fc.constantFrom("e1", "e1", "e1", "e2");
const seq = fc.nat(9);
const mid = fc.constantFrom("b-1", "own-mid", "m");
const log = fc.record({ room, epoch, oldest: fc.nat(3), head: seq });
const from = fc.constantFrom({ id: "ann" }, { id: "bob", name: "B" }, undefined);
const data = fc.constant({ text: "hi" });
const event = fc.constantFrom("say", "typing");
const entry = fc.record({ seq, mid, from, event, data, ts: seq });
const page = fc.record({ messages: fc.array(entry, { maxLength: 4 }), more: fc.boolean() });
const code = fc.constantFrom("forbidden", "not_joined", "hello_required", "unavailable", "kicked");

const type = <T extends string>(name: T) => fc.constant(name);

/** Several parts as one frame. */
const join = (
  ...parts: fc.Arbitrary<Readonly<Record<string, unknown>>>[]
): fc.Arbitrary<Readonly<Record<string, unknown>>> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Record<string, unknown>);

const good = fc.oneof(
  fc.record({
    type: type("welcome"),
    user: fc.constantFrom({ id: "ann" }, { id: "bob" }),
    heartbeatMs: fc.constantFrom(0, 25_000),
    maxAgeMs: fc.option(fc.constantFrom(1, 60_000), { nil: undefined }),
    maxBytes: fc.constantFrom(32_768, 100_000),
    ts: seq,
  }),
  join(fc.record({ type: type("joined"), id, recovered: fc.boolean() }), log, page),
  join(fc.record({ type: type("message"), room, epoch }), entry),
  fc.record({ type: type("ack"), mid, room, epoch, seq, ts: seq, dup: fc.boolean() }),
  fc.record({ type: type("ack"), id, mid, room, reply: data }),
  fc.record({ type: type("signal"), room, from, event, data }),
  fc.record({
    type: type("presence"),
    id,
    room,
    online: seq,
    version: mid,
    members: fc.array(from),
  }),
  join(fc.record({ type: type("history"), id }), log, page),
  join(fc.record({ type: type("reset"), id, mid }), log),
  fc.record({ type: type("error"), code, message: mid, retryable: fc.boolean(), id, mid, room }),
  fc.record({
    type: type("pong"),
    ts: seq,
    rooms: fc.array(join(log, fc.record({ joined: fc.boolean(), version: mid }))),
  }),
  fc.record({ type: type("bye"), code: seq, reason: mid, reconnect: fc.boolean(), afterMs: seq }),
);
const keys = [
  ...["type", "id", "mid", "room", "epoch", "seq", "oldest", "head", "messages", "rooms", "user"],
  ...["message", "reason", "code", "retryable", "retryAfterMs", "afterMs", "maxAgeMs", "maxBytes"],
  ...["heartbeatMs", "members", "version", "from", "data", "reply", "more", "recovered"],
];
const message = anyMessage(anyFrame(good, keys));

describe("parseFrames", () => {
  it("throws nothing, and answers frames of known types only", { timeout }, () => {
    const any = fc.oneof(
      message,
      anyJson,
      anyJson.map((value) => JSON.stringify([value, value])),
    );
    fc.assert(
      fc.property(any, (text) => {
        for (const frame of parseFrames(text)) expect(typeof frame.type).toBe("string");
      }),
      { numRuns: 20_000 },
    );
  });

  it("lets good frames through, whatever stands beside them", { timeout }, () => {
    const beside = anyFrame(good, keys);
    fc.assert(
      fc.property(good, beside, (frame, other) => {
        const [first] = parseFrames(`[${JSON.stringify(frame)},${other}]`);
        expect(first?.type).toBe(frame.type);
      }),
      { numRuns: 5_000, examples: [[{ type: "pong", ts: 1 }, `{"type":${UNPRINTABLE}}`]] },
    );
  });
});

/** An object that can be turned neither into a text nor into a number: trying it throws. */
const UNPRINTABLE = '{"toString":1,"valueOf":1}';

/** It stands where the client calculates or makes a text of what it was sent. */
const UNPRINTABLES: [string[]][] = [
  `{"type":"error","code":"internal","message":${UNPRINTABLE}}`,
  `{"type":"error","code":"unavailable","id":".1","room":"lobby","retryAfterMs":${UNPRINTABLE}}`,
  `{"type":"bye","code":1012,"reconnect":true,"afterMs":${UNPRINTABLE}}`,
  `{"type":"welcome","user":{"id":"ann"},"heartbeatMs":1,"maxBytes":9999,"maxAgeMs":${UNPRINTABLE}}`,
].map((frame) => [[frame]]);

const isClosed = ({ state }: { readonly state: string }): boolean => state === "closed";

describe("a client", () => {
  it("lives on, whatever the server says", { timeout }, async () => {
    const said = fc.array(message, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(said, async (messages) => {
        const { client, server, clock } = setUp();
        const ignore = () => {};
        const before = client.join("lobby", { last: 2 });
        before.joined.catch(ignore);
        client.inbox().joined.catch(ignore);
        await settle();
        before.publish("say", { text: "mine" }, { mid: "own-mid" }).catch(ignore);
        before.request("rename", {}).catch(ignore);
        for (const data of messages) {
          server.last.raw(data);
          await settle();
        }
        await clock.advance(2_000);
        expect(Object.keys(Object.prototype)).toEqual([]);
        if (isClosed(client)) return; // It was told that nobody wants it back.
        // The truth again, on a new connection; with it the client delivers as ever.
        server.last.push({ type: "welcome", ...server.welcome });
        server.log("lobby").epoch = "fresh";
        server.last.drop();
        if (isClosed(client)) return;
        const room = client.join("lobby");
        room.joined.catch(ignore);
        const delivered = record(room);
        await clock.advance(120_000);
        server.say("lobby", "again");
        await clock.advance(30_000);
        expect(texts(delivered).at(-1)).toBe("again");
        await client.close();
      }),
      { numRuns: 400, examples: UNPRINTABLES },
    );
  });
});
