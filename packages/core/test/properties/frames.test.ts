import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { shapeClientFrame } from "../../src/client-frame-schemas.ts";
import { RejectedError } from "../../src/errors.ts";
import { resolveLimits } from "../../src/limits.ts";
import { parseMessage } from "../../src/parse-message.ts";
import { createChat, createGuestChat, type Events, say, unlimited } from "../chats.ts";
import { plain } from "../plain-kit.ts";
import { createRig, type Rig } from "../rig.ts";
import { anyFrame, anyJson, anyMessage } from "./any-json.ts";

const timeout = 60_000;
const limits = resolveLimits();
const room = fc.constantFrom("lobby", "attic", "@ada", "@bob", "\u00e9");
const id = fc.option(fc.constantFrom("1", "i".repeat(64)), { nil: undefined });
const epoch = fc.constantFrom("epoch", "other");
const seq = fc.nat(6);
const event = fc.constantFrom("say", "shout", "typing", "rename");
const data = fc.constantFrom<unknown[]>({ text: "hi" }, { on: true }, { title: "t" });
const mid = fc.constantFrom("m1", "m2", "m3");
const position = fc.record({ epoch, seq }, { requiredKeys: [] });

const type = <T extends string>(name: T) => fc.constant(name);
const good: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.oneof(
  fc.record({ type: type("hello"), token: fc.constantFrom("ada", "bob") }),
  fc
    .tuple(fc.record({ type: type("join"), id, room, last: fc.nat(100) }), position)
    .map(([frame, at]) => ({ ...frame, ...at })),
  fc.record({ type: type("leave"), id, room }),
  fc.record({ type: type("publish"), room, event, data, mid, epoch, after: seq }),
  fc.record({ type: type("signal"), id, room, event, data }),
  fc.record({ type: type("history"), id, room, epoch, after: seq, limit: fc.nat(256) }),
  fc.record({ type: type("who"), id, room }),
  fc.record({ type: type("ping"), id, rooms: fc.array(fc.record({ room, epoch, seq })) }),
);
const keys = [
  "type",
  "id",
  "room",
  "epoch",
  "seq",
  "last",
  "event",
  "data",
  "mid",
  "after",
  "rooms",
];
const message = anyMessage(anyFrame(good, keys));

/** What a message to the whole server may lead to: answers that are frames, and no fault that was caught. */
const CODES = /^(?!internal$|unavailable$|rate_limited$)[a-z_]+$/;

async function expectAnswers(rig: Rig<Events>, connectionId: string, text: string | Uint8Array) {
  const { replies, done, close } = await rig.hub.transport({ connectionId, data: text });
  const [settled] = await Promise.all([rig.run(done), rig.clock.advance(0)]);
  expect(Array.isArray(settled)).toBe(true);
  for (const reply of replies) {
    if (reply.startsWith("error: ")) continue; // To one who was taken for a plain client.
    const value: unknown = JSON.parse(reply);
    for (const frame of Array.isArray(value) ? value : [value]) {
      expect(typeof frame.type).toBe("string");
      if (frame.type === "error") expect(frame.code).toMatch(CODES);
    }
  }
  expect(rig.problems).toEqual([]);
  return close;
}

describe("parseMessage and shapeClientFrame", () => {
  it("throw nothing, and let through only what fits", { timeout }, () => {
    fc.assert(
      fc.property(message, (text) => {
        const parsed = parseMessage(text, limits);
        if ("code" in parsed) return /^(bad_frame|too_large)$/.test(parsed.code);
        return parsed.values.every((value) => {
          const shaped = shapeClientFrame(value);
          if ("code" in shaped) return /^(bad_frame|unknown_frame)$/.test(shaped.code);
          // Checked once more as it came out: nothing that was let through is refused.
          return "frame" in shapeClientFrame(shaped.frame);
        });
      }),
      { numRuns: 20_000 },
    );
  });

  it("take any value for a frame or for none", { timeout }, () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const shaped = shapeClientFrame(value);
        return "frame" in shaped || /^(bad_frame|unknown_frame)$/.test(shaped.code);
      }),
      { numRuns: 20_000 },
    );
  });

  it("accept the good frames that the other tests change", { timeout }, () => {
    let accepted = 0;
    fc.assert(
      fc.property(good, (frame) => {
        const parsed = parseMessage(JSON.stringify(frame), limits);
        if ("values" in parsed && "frame" in shapeClientFrame(parsed.values[0])) accepted++;
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBe(500);
  });
});

/** A changed frame may bring no token: that is refused, and nothing that failed. */
const authenticate = ({ token = "" }: { token?: string | undefined }) => {
  if (token === "") throw new RejectedError("unauthenticated");
  return { userId: token };
};

describe.each([
  ["members", () => createRig(createChat({ limits: unlimited, authenticate }), { epoch: "epoch" })],
  [
    "guests and plain clients",
    () => createRig(createGuestChat({ plain, limits: unlimited }), { epoch: "epoch" }),
  ],
] as const)("transport, for %s", (_, create) => {
  it("never rejects, never fails inside, and goes on for everybody else", { timeout }, async () => {
    const connectionId = fc.constantFrom("ada", "bob", "stranger", "plain");
    const sent = fc.array(fc.tuple(connectionId, message), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sent, async (messages) => {
        const rig = create();
        for (const id of ["ada", "bob", "witness"]) await rig.enter(id, "lobby");
        await rig.hub.register({ connectionId: "plain", subprotocols: [] });
        for (const [id, text] of messages) await expectAnswers(rig, id, text);
        const { head } = await rig.hub.history("lobby");
        const at = { epoch: "epoch", after: head };
        const { frames } = await rig.send("witness", say("lobby", "still here", "w1", at));
        expect(frames).toMatchObject([{ type: "ack", seq: head + 1 }]);
        await rig.quiesce();
        expect(rig.problems).toEqual([]);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 250 },
    );
  });
});
