import { describe, expect, it } from "vitest";
import type { FakeSocket, Frame } from "./fake-socket.ts";
import { record, settle, setUpRoom } from "./setup.ts";

const message = (seq: number) => ({
  ...{ type: "message", room: "attic", epoch: "e1", seq, mid: `m${seq}`, from: { id: "bob" } },
  ...{ event: "say", data: { text: `${seq}` }, ts: 1 },
});

/** A room at the position 0 whose join on another connection is not answered yet. */
async function setUpTwoJoins() {
  const { client, server, clock } = await setUpRoom();
  const joins: [Frame, FakeSocket][] = [];
  server.intercept = (frame, socket) => {
    if (frame.type === "join") joins.push([frame, socket]);
    return frame.type === "join";
  };
  server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true });
  await clock.advance(100);
  const room = client.join("attic");
  await settle();
  const resets: unknown[] = [];
  room.on("reset", ({ from, to }) => resets.push({ from, to }));
  const [first, second] = joins.filter(([frame]) => frame.room === "attic");
  const answer = (join: typeof first, fields: object) => {
    const state = { room: "attic", epoch: "e1", oldest: 1, head: 0, messages: [], more: false };
    join?.[1].push({ type: "joined", id: join[0].id, ...state, ...fields });
  };
  answer(first, {});
  expect(room.position).toEqual({ epoch: "e1", seq: 0 });
  const log = server.log("attic");
  return { room, messages: record(room), resets, clock, log, answer, second };
}

describe("a join that is answered when there is a position from another connection", () => {
  it.each([
    ["was without a position", { oldest: 5, head: 8 }, [{ from: 1, to: 4 }], [5, 6, 7, 8]],
    ["could not resume", { oldest: 1, head: 3, recovered: false }, [], [1, 2, 3]],
    [
      "could not resume what is gone",
      { oldest: 5, head: 8, recovered: false },
      [{ from: 1, to: 8 }],
      [],
    ],
  ])("loses only what the log lacks: it %s", async (_how, fields, lost, seqs) => {
    const { messages, resets, clock, log, answer, second } = await setUpTwoJoins();
    const { oldest, head } = fields;
    const count = head - oldest + 1;
    Object.assign(log, {
      oldest,
      entries: Array.from({ length: count }, (_, at) => message(oldest + at)),
    });
    answer(second, fields);
    await clock.advance(1000);
    expect(resets).toEqual(lost);
    expect(messages.map(({ seq }) => seq)).toEqual(seqs);
  });
});

/** A room at the position 3 that is joined again, and gets the answer that the test gives. */
async function rejoin(fields: object) {
  const { server, clock, room, messages } = await setUpRoom();
  for (const text of ["1", "2", "3"]) server.say("lobby", text);
  const events: unknown[] = [];
  room.on("reset", ({ from, to }) => events.push({ from, to }));
  room.on("recovered", (event) => events.push(event));
  server.last.drop();
  server.intercept = ({ type, id }, socket) => {
    const state = { room: "lobby", epoch: "e1", oldest: 1, recovered: false, more: false };
    const joined = { type: "joined", id, ...state, ...fields };
    if (type === "join") queueMicrotask(() => socket.push(joined)); // After the welcome.
    return type === "join";
  };
  await clock.advance(500);
  return { events, messages };
}

describe("a rejoin without recovery", () => {
  it("has lost nothing where its messages begin at the position", async () => {
    const entries = [4, 5].map((seq) => ({ ...message(seq), room: "lobby" }));
    const { events, messages } = await rejoin({ head: 5, messages: entries });
    expect(events).toEqual([{ recovered: true, count: 2 }]);
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it("goes back where the log ends before the position, and says so", async () => {
    const { events } = await rejoin({ head: 2, messages: [] });
    expect(events).toEqual([
      { from: 4, to: 2 },
      { recovered: false, count: 0 },
    ]);
  });
});

describe("a recovery", () => {
  it("ends with what the newest of its joins has told", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const recovered: unknown[] = [];
    room.on("recovered", (event) => recovered.push({ ...event, delivered: messages.length }));
    server.last.drop();
    server.log("lobby").deaf = true;
    for (let seq = 1; seq <= 7; seq++) server.say("lobby", `${seq}`);
    server.intercept = ({ type }) => type === "history";
    await clock.advance(500);
    for (let seq = 8; seq <= 12; seq++) server.say("lobby", `${seq}`);
    server.last.push({ type: "error", code: "not_joined", room: "lobby", retryable: true });
    await settle();
    expect(messages).toHaveLength(10);
    expect(recovered).toEqual([]);
    server.intercept = () => false;
    await clock.advance(20_000);
    expect(recovered).toEqual([{ recovered: true, count: 12, delivered: 12 }]);
  });
});
