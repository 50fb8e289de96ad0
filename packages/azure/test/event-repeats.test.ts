import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { arrive, publish } from "./connections.ts";
import { createChat, startHandler } from "./event-kit.ts";
import { type EventChanges, KEY, sign } from "./events.ts";

const status = async (kit: Kit, changes: EventChanges, handler = kit.handler) =>
  (await handler(kit.event(changes))).status;
type Kit = ReturnType<typeof startHandler>;

describe("an event that comes again", () => {
  const setUp = async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const { epoch } = await kit.handler.hub.history("lobby");
    kit.calls.length = 0;
    const { state } = ada;
    const body = JSON.stringify(publish("m1", 0, epoch));
    const signal = JSON.stringify({
      type: "signal",
      room: "lobby",
      event: "typing",
      data: { on: true },
    });
    const again = (changes: EventChanges = {}) =>
      kit.handler(kit.event({ id: 7, state, body, ...changes }));
    return { kit, again, signal };
  };

  it("gets the same answer and has no second effect", async () => {
    const { kit, again, signal } = await setUp();
    const texts = [];
    for (let time = 0; time < 3; time++) {
      texts.push(
        await (
          await again({ body: signal, headers: { "ce-time": "2026-01-01T00:00:05Z" } })
        ).text(),
      );
    }
    expect(kit.calls).toHaveLength(1);
    expect(new Set(texts).size).toBe(1);
  });

  it("shares the answer of the first one that is still under way", async () => {
    const { kit, again } = await setUp();
    const answers = await Promise.all([again(), again(), again()]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] ?? "")).toMatchObject({ type: "ack", seq: 1, dup: false });
    expect(kit.calls).toHaveLength(1);
  });

  it.each([
    ["body", { body: '{"type":"ping"}' }],
    ["user", { headers: { "ce-userId": "admin" } }],
    ["state", { state: "other" }],
    ["content type", { contentType: "application/json" }],
    ["name", { name: "shout" }],
    ["kind", { name: "disconnected" }],
  ])("is refused with another %s", async (_what, changes) => {
    const { kit, again } = await setUp();
    expect((await again()).status).toBe(200);
    expect((await again(changes)).status).toBe(403);
    expect(await kit.handler.hub.members("lobby")).toHaveLength(1);
    expect((await again()).status).toBe(200);
  });

  it("is forgotten after the newest so many, and by its time for good", async () => {
    const kit = startHandler(createChat(), { maxRecentEvents: 2 });
    const send = (id: number) => status(kit, { id, body: `${id}` });
    for (const id of [1, 2, 3]) expect(await send(id)).toBe(200);
    expect(await status(kit, { id: 2, body: "other" })).toBe(403);
    expect(await status(kit, { id: 1, body: "other" })).toBe(200);
    const old = kit.event({ id: 9 });
    kit.clock.advance(600_001);
    expect((await kit.handler(old)).status).toBe(403);
  });

  it("is recognised as long as its time is taken, even one that is ahead of ours", async () => {
    const kit = startHandler();
    const time = (ms: number) => ({ "ce-time": new Date(kit.clock.now() + ms).toISOString() });
    const ahead = { id: 1, headers: time(600_000) };
    const now = { id: 2, headers: time(0) };
    for (const event of [ahead, now]) expect(await status(kit, { ...event, body: "a" })).toBe(200);
    kit.clock.advance(600_000);
    expect(await status(kit, { id: 3 })).toBe(200);
    expect(await status(kit, { ...now, body: "b" })).toBe(403);
    kit.clock.advance(600_000);
    expect(await status(kit, { id: 4 })).toBe(200);
    expect(await status(kit, { ...ahead, body: "b" })).toBe(403);
  });

  it("is not recognised with maxRecentEvents 0", async () => {
    const kit = startHandler(createChat(), { maxRecentEvents: 0 });
    expect(await status(kit, { id: 1, body: "a" })).toBe(200);
    expect(await status(kit, { id: 1, body: "b" })).toBe(200);
  });

  it("publishes once even in another process", async () => {
    const { kit, again } = await setUp();
    const first = JSON.parse(await (await again()).text());
    const other = kit.instance();
    const { epoch } = await kit.handler.hub.history("lobby");
    const body = JSON.stringify(publish("m1", 0, epoch));
    const second = JSON.parse(await (await other(kit.event({ id: 7, body }))).text());
    expect(second).toMatchObject({ type: "ack", seq: first.seq, dup: true });
  });
});

it("lets none of 10,000 forged and replayed events in, and refuses none that is right", {
  timeout: 60_000,
}, async () => {
  const random = createSeededRandom(2);
  const kit = startHandler();
  const forge: ((id: string) => EventChanges)[] = [
    () => ({ headers: { "ce-signature": undefined } }),
    (id) => ({ headers: { "ce-signature": sign(id, `key-${random()}`) } }),
    (id) => ({ headers: { "ce-signature": sign(id).slice(0, Math.floor(random() * 71)) || "x" } }),
    (id) => ({
      headers: {
        "ce-signature": sign(id, KEY).replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase()),
      },
    }),
    (id) => ({ headers: { "ce-signature": sign(`${id}0`) } }),
    () => ({ body: `changed ${random()}`, id: "seen" }),
    () => ({ id: "seen", headers: { "ce-userId": `u${random()}` } }),
    () => ({
      headers: { "ce-time": new Date(kit.clock.now() - 600_001 - random() * 1e9).toISOString() },
    }),
  ];
  let [accepted, refused] = [0, 0];
  for (let n = 0; n < 10_000; n++) {
    const connectionId = `conn-${n}`;
    const good = await status(kit, { connectionId, id: "seen", name: "connected" });
    if (good !== 204) refused++;
    const changes = (forge[n % forge.length] as (typeof forge)[0])(connectionId);
    const bad = await status(kit, { connectionId, name: "connected", id: `n${n}`, ...changes });
    if (bad < 400) accepted++;
  }
  expect([accepted, refused]).toEqual([0, 0]);
});
