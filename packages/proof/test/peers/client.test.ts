import { describe, expect, it } from "vitest";
import { createScenario } from "./scenario.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const BACK_MS = 2000;

describe("what peers' clients get wrong", () => {
  // https://github.com/centrifugal/centrifuge-js/issues/46
  it("centrifugal/centrifuge-js#46: a room that was left stays left after a reconnect", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    const attic = bob.client.join("attic");
    const cellar = bob.client.join("cellar");
    await scenario.advance(100);
    void bob.room.leave();
    await scenario.advance(100);
    bob.line.cut();
    await scenario.advance(10);
    expect(bob.client.state).toBe("resuming");
    void cellar.leave(); // While there is no connection to say so.
    await scenario.advance(BACK_MS);
    expect(bob.sent("join").map(({ room }) => room)).toEqual(["attic"]);
    expect([bob.room.state, cellar.state, attic.state]).toEqual(["left", "left", "joined"]);
    const rooms = ["lobby", "cellar", "attic"];
    for (const room of rooms) {
      await scenario.call((hub) => hub.publish(room, "say", { text: "hello" }));
    }
    expect(bob.got("message").map(({ room }) => room)).toEqual(["attic"]);
    expect(bob.texts).toEqual([]);
  });

  // https://github.com/andersfylling/disgord/issues/415
  it("andersfylling/disgord#415: a link on which messages arrive is alive, whatever became of the pongs", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    scenario.script.answers = (_line, text) => !text.includes('"pong"');
    const expected: string[] = [];
    for (let n = 0; n < 75; n++) {
      const text = `message ${n}`;
      expected.push(text);
      await scenario.tell(text);
      await scenario.advance(4 * SECOND_MS);
    }
    expect(bob.sent("ping").length).toBeGreaterThan(10);
    expect(bob.got("pong")).toEqual([]);
    expect(bob.lines).toHaveLength(1);
    expect(bob.texts).toEqual(expected);
    // Silence, though, is death: a ping at the latest after 27.5 s, then 10 s of patience.
    await scenario.advance(40 * SECOND_MS);
    expect(bob.lines.length).toBeGreaterThan(1);
  });

  // https://github.com/openclaw/openclaw/issues/13688
  it("openclaw/openclaw#13688: the wait between two tries ends at 30 s, and a failed resume in a new join", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    await scenario.tell("before");
    const gaps = (from: number) =>
      bob.lines
        .slice(from)
        .map(({ askedAt }, n) => askedAt - (bob.lines[from + n - 1]?.askedAt ?? 0));
    scenario.script.accepts = () => false;
    bob.line.cut({ code: 1005 });
    await scenario.advance(30 * MINUTE_MS);
    const refused = gaps(2);
    expect(Math.max(...refused)).toBeLessThanOrEqual(30 * SECOND_MS + 20);
    expect(refused.length).toBeGreaterThan(60);
    expect(refused.length).toBeLessThan(240); // Nor does it hammer: 15 s on average.
    // It opens and says nothing: 10 s of patience for the welcome are added.
    scenario.script.accepts = () => true;
    scenario.script.answers = () => false;
    const opened = bob.lines.length;
    await scenario.advance(30 * MINUTE_MS);
    expect(Math.max(...gaps(opened + 1))).toBeLessThanOrEqual(40 * SECOND_MS + 20);
    // The position can't be resumed any more.
    scenario.loseLog();
    scenario.script.answers = () => true;
    await scenario.advance(41 * SECOND_MS);
    expect(bob.client.state).toBe("open");
    expect(bob.resets).toMatchObject([{ epochChanged: true }]);
    await scenario.tell("after");
    expect(bob.texts).toEqual(["before", "after"]);
    // And the next wait begins anew.
    const lines = bob.lines.length;
    bob.line.cut();
    await scenario.advance(600);
    expect([bob.lines.length, bob.client.state]).toEqual([lines + 1, "open"]);
  });

  // https://github.com/michalkvasnicak/aws-lambda-graphql/issues/136
  it("michalkvasnicak/aws-lambda-graphql#136: neither 10 idle minutes nor the end at 2 h interrupt anything", async () => {
    const scenario = createScenario({ maxAgeMs: 2 * HOUR_MS });
    Object.assign(scenario.script, { maxAgeMs: 2 * HOUR_MS, idleMs: 10 * MINUTE_MS });
    const bob = await scenario.enter("bob");
    const expected: string[] = [];
    for (let n = 0; n < 20; n++) {
      await scenario.advance(21 * MINUTE_MS);
      expected.push(`message ${n}`);
      await scenario.tell(`message ${n}`);
      expect(bob.texts).toEqual(expected);
    }
    expect(bob.states).toEqual(["open"]);
    expect([bob.errors, bob.resets]).toEqual([[], []]);
    // In seven hours: each one replaced at a random age between 80 and 114 minutes.
    expect(bob.lines.length).toBeGreaterThanOrEqual(4);
    expect(bob.lines.length).toBeLessThanOrEqual(6);
    expect(bob.lines.filter(({ up }) => up)).toHaveLength(1);
    expect(await scenario.store.connectionsOf("bob")).toHaveLength(1);
  });
});
