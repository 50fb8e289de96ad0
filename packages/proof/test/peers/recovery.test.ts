import { describe, expect, it } from "vitest";
import { createScenario } from "./scenario.ts";

/** Longer than the first wait before a reconnect, with all round trips. */
const BACK_MS = 2000;

describe("what peers get wrong when a client comes back", () => {
  // https://github.com/socketio/socket.io/issues/5538
  it("socketio/socket.io#5538: a client that had no event before the drop recovers", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    expect(bob.room.position).toMatchObject({ seq: 0 });
    bob.line.cut();
    await scenario.tell("one", "two");
    await scenario.advance(BACK_MS);
    expect(bob.sent("join")).toMatchObject([{ epoch: expect.any(String), seq: 0 }]);
    expect(bob.texts).toEqual(["one", "two"]);
    expect(bob.recovered).toEqual([{ recovered: true, count: 2 }]);
    expect(bob.resets).toEqual([]);
  });

  // https://github.com/socketio/socket.io/issues/4888
  it("socketio/socket.io#4888: the position is known before the first message, in an old room too", async () => {
    const scenario = createScenario();
    await scenario.tell("old 1", "old 2", "old 3");
    const bob = await scenario.enter("bob");
    expect(bob.room.position).toMatchObject({ seq: 3 });
    bob.line.cut();
    await scenario.tell("missed");
    await scenario.advance(BACK_MS);
    expect(bob.sent("join")).toMatchObject([{ seq: 3 }]);
    expect(bob.got("joined")).toMatchObject([{ recovered: true, messages: [{ seq: 4 }] }]);
    expect(bob.texts).toEqual(["missed"]);
    expect(bob.recovered).toEqual([{ recovered: true, count: 1 }]);
  });

  // https://github.com/socketio/socket.io/issues/5419
  it("socketio/socket.io#5419: what was recovered moves the position, and is not replayed", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    bob.line.cut();
    await scenario.tell("one", "two");
    await scenario.advance(BACK_MS);
    for (let time = 2; time <= 4; time++) {
      bob.line.cut();
      await scenario.advance(BACK_MS);
      expect(bob.lines).toHaveLength(time + 1);
      expect(bob.sent("join")).toMatchObject([{ seq: 2 }]);
      expect(bob.got("joined")).toMatchObject([{ recovered: true, messages: [] }]);
    }
    expect(bob.texts).toEqual(["one", "two"]);
    expect(bob.recovered.map(({ count }) => count)).toEqual([2, 0, 0, 0]);
  });

  // https://github.com/socketio/socket.io/pull/5539
  it("socketio/socket.io#5539: nothing in an ephemeral event is taken for a position", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    await scenario.tell("one");
    const position = { ...bob.room.position };
    const heard: unknown[] = [];
    bob.room.on("signal", ({ data }) => heard.push(data));
    const traps = [
      "1700000000000-0",
      7,
      { epoch: position.epoch, seq: 7, after: 7, head: 7 },
      ["2"],
    ];
    for (const data of traps) ada.room.signal("typing", data);
    await scenario.advance(100);
    expect(heard).toEqual(traps);
    expect(bob.room.position).toEqual(position);
    bob.line.cut();
    await scenario.tell("two");
    await scenario.advance(BACK_MS);
    expect(bob.sent("join")).toMatchObject([position]);
    expect(bob.texts).toEqual(["one", "two"]);
  });

  // https://github.com/socketio/socket.io/issues/4880
  it("socketio/socket.io#4880: the late end of an old connection breaks no later recovery", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    const expected: string[] = [];
    // The gateway does not know either, until it tells.
    scenario.script.push = ({ up }) => (up ? undefined : { result: "sent", arrives: false });
    for (let time = 1; time <= 4; time++) {
      // The chat hears of it 20 s later and once more, when bob has long been back.
      bob.line.cut({ chatMs: [20_000, 21_000] });
      ada.say(`missed ${time}`);
      await scenario.advance(BACK_MS);
      expect(bob.recovered.at(-1)).toEqual({ recovered: true, count: 1 });
      await scenario.advance(20_000);
      const pushedBefore = scenario.pushes.length;
      ada.say(`pushed ${time}`);
      await scenario.advance(100);
      expected.push(`missed ${time}`, `pushed ${time}`);
      // At once, that is by a push: no heartbeat has repaired it.
      expect(bob.texts).toEqual(expected);
      const pushed = scenario.pushes.slice(pushedBefore);
      expect(pushed.map(({ connectionId }) => connectionId)).toEqual([bob.line.connectionId]);
    }
    expect(bob.lines).toHaveLength(5);
    expect(bob.recovered).toHaveLength(4);
  });
});
