import { describe, expect, it } from "vitest";
import { createScenario } from "./scenario.ts";

/** A heartbeat at its latest (25 s + 10 %), the patience after it (10 s) and the way back. */
const HEARTBEAT_MS = 28_000;
const SILENCE_MS = HEARTBEAT_MS + 10_000 + 2000;
const LEASE_MS = 75_000;

describe("what peers get wrong about who is connected", () => {
  // https://github.com/michalkvasnicak/aws-lambda-graphql/issues/67
  it("michalkvasnicak/aws-lambda-graphql#67: a first message may come before the connect event", async () => {
    const scenario = createScenario();
    const ada = await scenario.enter("ada");
    scenario.script.connectLateMs = 1000;
    // With the token in the URL, it is the connect event that opens the connection.
    const bob = await scenario.enter("bob", { url: "wss://chat.example?token=bob" });
    bob.say("before");
    await scenario.advance(100);
    expect(bob.acks).toMatchObject([{ seq: 1, dup: false }]);
    await scenario.advance(1000);
    ada.say("after");
    await scenario.advance(100);
    for (const { texts } of [ada, bob]) expect(texts).toEqual(["before", "after"]);
    expect(bob.lines).toHaveLength(1);
    expect([bob.errors, bob.states]).toEqual([[], ["open"]]);
  });

  // https://github.com/aws-samples/simple-websockets-chat-app/issues/27
  it("aws-samples/simple-websockets-chat-app#27: who is cut off without a disconnect is gone after the lease", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    const { connectionId } = bob.line;
    bob.line.unplug();
    scenario.script.accepts = () => false;
    const online = () => scenario.call((hub) => hub.online("lobby"));
    ada.say("to a ghost");
    await scenario.advance(LEASE_MS / 2);
    expect([await online(), await scenario.store.connectionsOf("bob")]).toEqual([
      2,
      [connectionId],
    ]);
    await scenario.advance(LEASE_MS / 2);
    expect([await online(), await scenario.store.connectionsOf("bob")]).toEqual([1, []]);
    ada.say("to nobody");
    await scenario.advance(100);
    expect(ada.acks).toHaveLength(2);
    expect(scenario.pushes.map((push) => push.connectionId)).toEqual([connectionId]);
  });

  // https://github.com/aws-samples/simple-websockets-chat-app/issues/44
  it("aws-samples/simple-websockets-chat-app#44: what was pushed to a dead link as if it lived is repaired", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    bob.line.unplug();
    ada.say("one");
    ada.say("two");
    await scenario.advance(100);
    expect([ada.acks.length, scenario.pushes.length, bob.texts]).toEqual([2, 2, []]);
    await scenario.advance(SILENCE_MS);
    expect(bob.texts).toEqual(["one", "two"]);
    expect(bob.recovered).toEqual([{ recovered: true, count: 2 }]);
    // And on a link that lives, where the last message leaves no gap to see.
    scenario.script.push = () => ({ result: "sent", arrives: false });
    ada.say("three");
    await scenario.advance(HEARTBEAT_MS);
    expect(bob.texts).toEqual(["one", "two", "three"]);
    expect(bob.lines).toHaveLength(2);
  });

  // https://github.com/serverless/serverless-websockets-plugin/issues/5
  it("serverless/serverless-websockets-plugin#5: a gone connection is removed by the push that finds it", async () => {
    const scenario = createScenario();
    const [ada, bob, eve] = [
      await scenario.enter("ada"),
      await scenario.enter("bob"),
      await scenario.enter("eve"),
    ];
    const { connectionId } = bob.line;
    scenario.script.accepts = () => false;
    bob.line.cut({ clientMs: "never", chatMs: [] });
    ada.say("one");
    await scenario.advance(100);
    expect(await scenario.store.get(connectionId)).toBeUndefined();
    expect(await scenario.store.connectionsOf("bob")).toEqual([]);
    ada.say("two");
    ada.say("three");
    await scenario.advance(100);
    expect(eve.texts).toEqual(["one", "two", "three"]);
    const tries = scenario.pushes.filter((push) => push.connectionId === connectionId);
    expect(tries).toHaveLength(1);
  });

  // https://github.com/aws/aws-sdk-js/issues/3773
  it("aws/aws-sdk-js#3773: a 410 for a push that arrived neither doubles nor loses anything", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    const { connectionId } = bob.line;
    scenario.script.push = (line) =>
      line.connectionId === connectionId ? { result: "gone", arrives: true } : undefined;
    ada.say("one");
    await scenario.advance(100);
    expect(bob.texts).toEqual(["one"]);
    ada.say("two");
    await scenario.advance(HEARTBEAT_MS);
    expect(bob.texts).toEqual(["one", "two"]);
    ada.say("three");
    bob.say("four");
    await scenario.advance(500);
    for (const { texts } of [ada, bob]) expect(texts).toEqual(["one", "two", "three", "four"]);
    const { entries } = await scenario.log.read("lobby", { after: 0, limit: 10 });
    expect(new Set(entries.map(({ mid }) => mid)).size).toBe(4);
    expect(entries).toHaveLength(4);
  });

  // https://github.com/aws/aws-sdk-js-v3/issues/2763
  it("aws/aws-sdk-js-v3#2763: a 410 for a connection that lives costs it one message's delay", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    const { connectionId } = bob.line;
    scenario.script.push = (line) =>
      line.connectionId === connectionId ? { result: "gone", arrives: false } : undefined;
    ada.say("one");
    await scenario.advance(100);
    // He does not know of it yet, and writes: on a new connection then, once.
    bob.say("two");
    await scenario.advance(2000);
    for (const { texts } of [ada, bob]) expect(texts).toEqual(["one", "two"]);
    expect(bob.acks).toMatchObject([{ seq: 2 }]);
    expect(bob.lines).toHaveLength(2);
    ada.say("three");
    await scenario.advance(100);
    expect(bob.texts).toEqual(["one", "two", "three"]);
    expect(bob.resets).toEqual([]);
  });

  // https://github.com/georgeboot/laravel-echo-api-gateway/issues/9
  it("georgeboot/laravel-echo-api-gateway#9: a 410, a 429 or a failure ends no broadcast", async () => {
    const scenario = createScenario({ concurrency: 2 });
    const visitors = [];
    for (let n = 0; n < 9; n++) visitors.push(await scenario.enter(`user${n}`));
    const [ada] = visitors;
    scenario.script.push = ({ connectionId }) => {
      const n = Number(connectionId[4]);
      if (n % 4 === 1) return { result: "gone", arrives: false };
      if (n % 4 === 2) throw new Error("planned");
      return n === 3 ? { result: "throttled", arrives: false } : undefined;
    };
    ada?.say("hello");
    await scenario.advance(100);
    expect(ada?.acks).toMatchObject([{ seq: 1 }]);
    const reached = visitors.flatMap(({ texts }, n) => (texts.length > 0 ? [n] : []));
    expect(reached).toEqual([0, 4, 7, 8]);
    const attempted = scenario.pushes.map(({ connectionId }) => connectionId);
    expect(new Set(attempted).size).toBe(8);
    await scenario.advance(SILENCE_MS);
    for (const { texts } of visitors) expect(texts).toEqual(["hello"]);
  });

  // https://github.com/georgeboot/laravel-echo-api-gateway/pull/33
  it("georgeboot/laravel-echo-api-gateway#33: rows of lost connections do not pile up", async () => {
    const scenario = createScenario();
    const [ada, bob] = [await scenario.enter("ada"), await scenario.enter("bob")];
    for (let time = 0; time < 10; time++) {
      bob.line.cut({ chatMs: [] });
      await scenario.advance(2000);
    }
    expect(await scenario.store.connectionsOf("bob")).toHaveLength(11);
    expect(await scenario.call((hub) => hub.online("lobby"))).toBe(2); // Users, not rows.
    ada.say("one");
    await scenario.advance(100);
    expect(await scenario.store.connectionsOf("bob")).toEqual([bob.line.connectionId]);
    const { members } = await scenario.store.members("lobby", { limit: 100 });
    expect(members).toHaveLength(2);
    expect(bob.texts).toEqual(["one"]);
  });

  // https://github.com/aws/chalice/issues/1772
  it("aws/chalice#1772: nothing is pushed to a connection that is still connecting", async () => {
    const scenario = createScenario({ greeting: "welcome" });
    const ada = await scenario.enter("ada");
    const premature: string[] = [];
    scenario.script.push = (line) => {
      if (!line.up) premature.push(line.connectionId);
      return undefined; // 410 while it is not open, as the gateway does.
    };
    const url = "wss://chat.example?token=bob";
    const [bob] = await Promise.all([scenario.enter("bob", { url }), scenario.tell("meanwhile")]);
    await scenario.advance(100);
    expect(premature).toEqual([]);
    expect(bob.lines).toHaveLength(1);
    expect(bob.texts.at(-1)).toBe("welcome bob");
    expect(ada.texts).toEqual(["welcome ada", "meanwhile", "welcome bob"]);
    expect(await scenario.store.connectionsOf("bob")).toEqual([bob.line.connectionId]);
  });
});
