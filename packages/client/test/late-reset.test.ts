import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import type { Frame } from "./fake-socket.ts";
import { setUpRoom } from "./setup.ts";

const same = ({ mid, epoch, after }: Frame) => ({ mid, epoch, after });
const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

describe("a reset with the epoch of the publish", () => {
  it("rejects with undecided when the same log no longer reaches back", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ mid, id }, socket) => {
      socket.push({ type: "reset", mid, id, room: "lobby", epoch: "e1", oldest: 9, head: 9 });
      return true;
    };
    expect(await code(room.publish("say", {}))).toBe("undecided");
    expect(server.sent("publish")).toHaveLength(1);
    expect(server.sent("history")).toHaveLength(1);
  });

  it.each([
    ["to a try that asked an earlier state of the log", { oldest: 1, head: 2 }],
    ["to a try with another position", { oldest: 1, head: 4 }],
  ])("asks the log whether a reset is a late answer, %s", async (_to, state) => {
    const { server, room } = await setUpRoom();
    for (let seq = 1; seq <= 4; seq++) server.say("lobby", `${seq}`);
    let late = 1;
    server.intercept = ({ type, mid }, socket) => {
      if (type !== "publish" || !late--) return false;
      socket.push({ type: "reset", mid, room: "lobby", epoch: "e1", ...state });
      server.log("lobby").deaf = true;
      server.say("lobby", "5");
      return true;
    };
    expect(await room.publish("say", {}, { mid: "m" })).toMatchObject({ seq: 6, dup: false });
    expect(server.sent("history")).toMatchObject([{ epoch: "e1", after: 4 }]);
    expect(server.sent("publish").map(same)).toEqual([
      { mid: "m", epoch: "e1", after: 4 },
      { mid: "m", epoch: "e1", after: 5 },
    ]);
  });

  it("takes the answer to the last try for the ack when a late reset came before it", async () => {
    const { server, room } = await setUpRoom();
    server.say("lobby", "1");
    server.intercept = ({ type, mid, event, data }, socket) => {
      if (type !== "publish") return false;
      socket.push({ type: "reset", mid, room: "lobby", epoch: "e1", oldest: 1, head: 0 });
      server.log("lobby").deaf = true;
      server.say("lobby", "2", { mid, event, data, from: { id: "ann" } });
      return true;
    };
    expect(await room.publish("say", {}, { mid: "m" })).toMatchObject({ seq: 2, dup: true });
    expect(server.sent("publish")).toHaveLength(1);
  });
});
