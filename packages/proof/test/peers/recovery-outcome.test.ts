import { describe, expect, it } from "vitest";
import { createScenario } from "./scenario.ts";

const MINUTE_MS = 60_000;
/** Longer than the first wait before a reconnect, with all round trips. */
const BACK_MS = 2000;

describe("what peers' applications are not told, or told wrongly, of a recovery", () => {
  // https://github.com/socketio/socket.io-redis-streams-adapter/issues/48
  it("socketio/socket.io-redis-streams-adapter#48: recovery reaches as far back as the log is kept", async () => {
    const scenario = createScenario({ retention: { maxAgeMs: 60 * MINUTE_MS } });
    const bob = await scenario.enter("bob");
    bob.line.cut();
    scenario.script.accepts = () => false;
    const texts = Array.from({ length: 600 }, (_, index) => `message ${index}`);
    await scenario.tell(...texts);
    await scenario.advance(55 * MINUTE_MS);
    scenario.script.accepts = () => true;
    await scenario.advance(35_000);
    expect(bob.texts).toEqual(texts);
    expect(bob.recovered).toEqual([{ recovered: true, count: 600 }]);
    expect(bob.resets).toEqual([]);
    // Beyond it: a reset, and no part that looks like the whole.
    scenario.script.accepts = () => false;
    bob.line.cut();
    await scenario.tell("too old");
    await scenario.advance(61 * MINUTE_MS);
    await scenario.tell("young");
    scenario.script.accepts = () => true;
    await scenario.advance(35_000);
    expect(bob.resets).toMatchObject([{ epochChanged: false, from: 601, to: 601 }]);
    expect(bob.texts.slice(600)).toEqual(["young"]);
    expect(bob.recovered[1]).toMatchObject({ recovered: false });
  });

  // https://github.com/centrifugal/centrifugo/issues/165
  it("centrifugal/centrifugo#165: a client is told which part of the history it lost", async () => {
    const retention = { maxEntries: 3, minAgeMs: 0 };
    const scenario = createScenario({ retention });
    const bob = await scenario.enter("bob");
    await scenario.tell("seen");
    bob.line.cut();
    scenario.script.accepts = () => false;
    for (let n = 2; n <= 9; n++) await scenario.tell(`message ${n}`);
    scenario.script.accepts = () => true;
    await scenario.advance(10_000);
    expect(bob.resets).toEqual([{ epochChanged: false, from: 2, to: 6, oldest: 7, head: 9 }]);
    expect(bob.texts).toEqual(["seen", "message 7", "message 8", "message 9"]);
    expect(bob.recovered).toMatchObject([{ recovered: false }]);
    // The same without a break of the connection: the whole log is lost.
    scenario.loseLog();
    await scenario.tell("in a new log");
    await scenario.advance(100);
    expect(bob.resets[1]).toMatchObject({ epochChanged: true });
    expect(bob.texts.at(-1)).toBe("in a new log");
  });

  // https://github.com/socketio/socket.io/issues/4733
  it("socketio/socket.io#4733: after a recovery in a quiet room, events still arrive", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    for (let time = 1; time <= 3; time++) {
      bob.line.cut();
      await scenario.advance(BACK_MS);
      expect(bob.recovered).toHaveLength(time);
      expect(bob.recovered.at(-1)).toEqual({ recovered: true, count: 0 });
    }
    await scenario.advance(20_000);
    await scenario.tell("after all that");
    expect(bob.texts).toEqual(["after all that"]);
  });

  // https://github.com/socketio/socket.io/issues/5250
  it("socketio/socket.io#5250: the application hears that recovery is over, once and either way", async () => {
    const scenario = createScenario({ retention: { maxEntries: 2, minAgeMs: 0 } });
    const bob = await scenario.enter("bob");
    const heard: string[] = [];
    bob.room.on("message", ({ data }) => heard.push((data as { text: string }).text));
    bob.room.on("reset", () => heard.push("reset"));
    bob.room.on("recovered", ({ recovered }) => heard.push(`recovered ${recovered}`));
    bob.line.cut();
    await scenario.tell("one");
    await scenario.advance(BACK_MS);
    bob.line.cut();
    scenario.script.accepts = () => false;
    await scenario.tell("two", "three", "four");
    scenario.script.accepts = () => true;
    await scenario.advance(10_000);
    const lost = ["reset", "three", "four", "recovered false"];
    expect(heard.slice(0, 2)).toEqual(["one", "recovered true"]);
    expect(heard.slice(2).sort()).toEqual(lost.sort());
    expect(heard[2]).toBe("reset");
  });

  // https://github.com/socketio/socket.io-redis-streams-adapter/issues/26
  it("socketio/socket.io-redis-streams-adapter#26: whoever comes back at once recovers every time", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    const expected: string[] = [];
    for (let time = 1; time <= 30; time++) {
      // Cut while the hello or the join is still on its way, while it is answered, or just after.
      expected.push(`message ${time}`);
      ada.say(`message ${time}`);
      bob.line.cut({ clientMs: 0 });
      const isAway = () => bob.lines.length === time || !bob.line.up;
      for (let ms = 0; ms < MINUTE_MS && isAway(); ms++) await scenario.advance(1);
      await scenario.advance(time);
    }
    await scenario.advance(BACK_MS);
    expect(bob.texts).toEqual(expected);
    expect(bob.resets).toEqual([]);
    expect(new Set(bob.recovered.map(({ recovered }) => recovered))).toEqual(new Set([true]));
  });

  // https://github.com/socketio/socket.io-redis-streams-adapter/issues/27
  it("socketio/socket.io-redis-streams-adapter#27: recovery needs no process that is gone", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    ada.say("one");
    await scenario.advance(100);
    // What held both connections goes down without a word to the chat, nor to whoever pushes to them;
    // every event has a new process anyway.
    scenario.script.push = ({ up }) => (up ? undefined : { result: "sent", arrives: false });
    for (const { line } of [ada, bob]) line.cut({ chatMs: [] });
    await scenario.tell("two");
    await scenario.advance(BACK_MS);
    ada.say("three");
    await scenario.advance(100);
    for (const { texts, recovered } of [ada, bob]) {
      expect(texts).toEqual(["one", "two", "three"]);
      expect(recovered).toEqual([{ recovered: true, count: 1 }]);
    }
  });
});
