import { describe, expect, it } from "vitest";
import { backoffMs } from "../src/backoff.ts";
import { setUpRoom } from "./setup.ts";

describe("what is refused for the moment", () => {
  it("is repeated after longer and longer random times, up to backoffMaxMs", async () => {
    const setup = await setUpRoom({ backoffMaxMs: 3000 });
    const { server, clock, room } = setup;
    setup.chance = 0.5;
    const times: number[] = [];
    server.intercept = ({ type, id }, socket) => {
      if (type !== "who") return false;
      times.push(clock.now());
      socket.push({ type: "error", code: "unavailable", retryable: true, id });
      return true;
    };
    const who = room.who();
    await clock.advance(5000);
    server.intercept = () => false;
    await clock.advance(5000);
    await who;
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 500, 1500, 3000, 4500]);
  });

  it("waits in vain once the room is left", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type, id }, socket) => {
      if (type === "who") socket.push({ type: "error", code: "unavailable", retryable: true, id });
      return type === "who";
    };
    const who = room.who().catch(({ code }: { code: string }) => code);
    await clock.advance(0);
    await room.leave();
    const asked = server.sent("who").length;
    await clock.advance(60_000);
    expect(await who).toBe("closed");
    expect(server.sent("who")).toHaveLength(asked);
  });
});

describe("backoffMs", () => {
  it("is a random part of 0.5 s, doubled with each failure", () => {
    const options = { backoffMaxMs: 30_000, random: () => 0.5 };
    expect([0, 1, 2, 6].map((failures) => backoffMs(failures, options))).toEqual([
      250, 500, 1000, 15_000,
    ]);
  });
});
