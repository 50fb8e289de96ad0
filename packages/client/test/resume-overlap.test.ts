import { expect, it } from "vitest";
import { setUpRoom, texts } from "./setup.ts";

/** A server that may not resume from the client's position, though it is in its log. */
async function loseWith(fields: { messages?: number[]; more?: boolean }) {
  const setup = await setUpRoom();
  const { server, clock, room } = setup;
  const resets: unknown[] = [];
  room.on("reset", (reset) => resets.push(reset));
  for (const text of ["a", "b", "c"]) server.say("lobby", text);
  server.log("lobby").deaf = true;
  for (const text of ["d", "e"]) server.say("lobby", text);
  server.intercept = ({ type, id }, socket) => {
    if (type !== "join") return false;
    const { epoch, oldest, entries } = server.log("lobby");
    const messages = entries.filter(({ seq }) => fields.messages?.includes(Number(seq)));
    const { more = false } = fields;
    const head = entries.length;
    const log = { epoch, oldest, head, recovered: false, messages, more };
    socket.push({ type: "joined", id, room: "lobby", ...log });
    return true;
  };
  server.last.drop();
  await clock.advance(60_000);
  return { ...setup, resets };
}

it("delivers nothing twice when the newest messages overlap with what it has", async () => {
  const { messages, resets, room } = await loseWith({ messages: [2, 3, 4, 5] });
  expect(texts(messages)).toEqual(["a", "b", "c", "d", "e"]);
  expect(resets).toEqual([]);
  expect(room.position).toEqual({ epoch: "e1", seq: 5 });
});

it("says what is lost when there is a gap", async () => {
  const { messages, resets } = await loseWith({ messages: [5] });
  expect(texts(messages)).toEqual(["a", "b", "c", "e"]);
  expect(resets).toMatchObject([{ epochChanged: false, from: 4, to: 4 }]);
});

it("reads on from its position when the log still has it", async () => {
  const { messages, resets } = await loseWith({ more: true });
  expect(texts(messages)).toEqual(["a", "b", "c", "d", "e"]);
  expect(resets).toEqual([]);
});
