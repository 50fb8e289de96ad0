import { describe, expect, it } from "vitest";
import { createHostileFaults, createSeededRandom } from "../../src/azure.ts";

function play(seed: number): string[] {
  const faults = createHostileFaults(createSeededRandom(seed));
  const event = { hub: "chat", connectionId: "c", id: 1 };
  const request = { hub: "chat", method: "POST", path: "/:send" };
  return Array.from({ length: 200 }, (_, n) =>
    JSON.stringify([
      faults.events({ ...event, type: "sys.disconnected" }),
      faults.events({ ...event, type: "sys.connected" }),
      faults.events({ ...event, type: "user.say" }),
      faults.answers({ ...event, type: "user.say" }, n % 4) ?? null,
      faults.replies({ ...event, type: "user.say" }),
      faults.rest(request) ?? null,
    ]),
  );
}

describe("createHostileFaults", () => {
  it("does the same again for the same seed, and something else for another", () => {
    expect(play(1)).toEqual(play(1));
    expect(play(1)).not.toEqual(play(2));
  });

  it("has every fault, and leaves the last try of an event alone", () => {
    const all = play(3).map((line) => JSON.parse(line));
    const column = (index: number) => all.map((row) => JSON.stringify(row[index]));
    expect(column(0)).toContain("[]");
    expect(all.some(([late]) => late[0] > 1000 && late[0] < 30_000)).toBe(true);
    expect(all.some(([, connected]) => connected.length === 1 && connected[0] > 0)).toBe(true);
    expect(all.some(([, , doubled]) => doubled.length === 2)).toBe(true);
    expect(column(3)).toContain('"lost"');
    expect(column(3).filter((_, n) => n % 4 === 3)).not.toContain('"lost"');
    expect(all.some((row) => row[4] > 0)).toBe(true);
    expect(column(5)).toEqual(expect.arrayContaining(['{"answer":429}', "{}"]));
    expect(column(5).some((fault) => fault.includes("deliveryDelayMs"))).toBe(true);
    expect(column(5).some((fault) => fault.includes("afterEffect"))).toBe(true);
  });
});
