import { describe, expect, it } from "vitest";
import { settle, setUpRoom } from "./setup.ts";

const ack = (room: string, seq: number) => ({
  ...{ type: "ack", room, mid: "m", epoch: "e1", seq, ts: 1, dup: false },
});

describe("an answer", () => {
  it("is for the frame of its room, where two rooms use the same mid", async () => {
    const { client, server, room: lobby } = await setUpRoom();
    const attic = client.join("attic");
    await attic.joined;
    server.intercept = ({ type }) => type === "publish";
    const acks = [lobby, attic].map((room) => room.publish("say", {}, { mid: "m" }));
    await settle();
    server.last.push(ack("attic", 1), ack("lobby", 2));
    expect((await Promise.all(acks)).map(({ seq }) => seq)).toEqual([2, 1]);
  });

  it("is for one frame only", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "history" || type === "who";
    let answered = 0;
    void room.history().then(() => answered++);
    void room.who().then(() => answered++);
    await settle();
    const id = server.sent("history")[0]?.id;
    const state = { room: "lobby", epoch: "e1", oldest: 1, head: 0 };
    server.last.push({ type: "history", id, ...state, messages: [], more: false });
    await settle();
    expect(answered).toBe(1);
  });

  it("with neither an id nor a mid is for nobody", async () => {
    const { client, server, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "who";
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const who = room.who();
    await settle();
    server.last.push({ type: "error", code: "unavailable", retryable: true, room: "lobby" });
    expect(errors).toEqual(["unavailable"]);
    server.last.push({ type: "presence", id: ".2", room: "lobby", online: 7, version: "v7" });
    expect(await who).toMatchObject({ online: 7 });
  });

  it("that comes too late is not taken for the answer to the next try", async () => {
    const { server, clock, room } = await setUpRoom({ answerTimeoutMs: 2000 });
    server.intercept = ({ type }) => type === "who";
    const who = room.who();
    await clock.advance(1999);
    expect(server.sent("who")).toHaveLength(1);
    await clock.advance(1);
    expect(server.sent("who").map(({ id }) => id)).toEqual([".2", ".3"]);
    server.last.push({ type: "presence", id: ".2", room: "lobby", online: 1, version: "old" });
    server.last.push({ type: "presence", id: ".3", room: "lobby", online: 2, version: "new" });
    expect(await who).toMatchObject({ version: "new" });
  });
});
