import { expect, it } from "vitest";
import type { Frame } from "./fake-socket.ts";
import { settle, setUpRoom, texts } from "./setup.ts";

it("does not go back to the log before for a join that is answered late", async () => {
  const { server, clock, room, messages } = await setUpRoom();
  const resets: unknown[] = [];
  room.on("reset", (reset) => resets.push(reset));
  server.say("lobby", "a");
  const answers: (() => void)[] = [];
  server.intercept = ({ type, id, seq }, socket) => {
    if (type !== "join" || socket === server.sockets[0] || answers.length > 0) return false;
    server.joined.get(socket)?.add("lobby");
    const log = { epoch: "e1", oldest: 1, head: seq, recovered: true, messages: [], more: false };
    answers.push(() => socket.push({ type: "joined", id, room: "lobby", ...log } as Frame));
    return true;
  };
  server.last.push({ type: "bye", code: 4408, reconnect: true });
  await clock.advance(1000);
  Object.assign(server.log("lobby"), { epoch: "e2", entries: [] });
  server.say("lobby", "b");
  await settle();
  expect(room.position).toEqual({ epoch: "e2", seq: 1 });
  for (const answer of answers) answer();
  expect(room.position).toEqual({ epoch: "e2", seq: 1 });
  await settle();
  server.say("lobby", "c");
  await clock.advance(1000);
  expect(texts(messages)).toEqual(["a", "b", "c"]);
  expect(resets).toHaveLength(1);
  expect(answers).toHaveLength(1);
  expect(server.sockets).toHaveLength(2);
  expect(room.position).toEqual({ epoch: "e2", seq: 2 });
});
