import { describe, expect, it } from "vitest";
import { createCountingMeter } from "../../testing/src/index.ts";
import { createMemoryPusher } from "../src/memory.ts";

const receiver = (got: string[], result?: "gone" | "throttled") => ({
  receive(text: string) {
    got.push(text);
    return result;
  },
  close: (code: number) => void got.push(String(code)),
});

describe("createMemoryPusher", () => {
  it("detaches the receiver that was attached, not the one that took its place", async () => {
    const pusher = createMemoryPusher();
    const [first, second]: [string[], string[]] = [[], []];
    const detachFirst = pusher.attach("c", receiver(first));
    const detachSecond = pusher.attach("c", receiver(second));
    detachFirst();
    expect(await pusher.send("c", "hi")).toBe("sent");
    expect([first, second]).toEqual([[], ["hi"]]);
    detachSecond();
    expect(await pusher.send("c", "hi")).toBe("gone");
  });

  it("closes once, and counts what would be requests", async () => {
    const meter = createCountingMeter();
    const pusher = createMemoryPusher({ meter, groups: true });
    const got: string[] = [];
    pusher.attach("c", receiver(got));
    await pusher.close("c", 4403, "kicked");
    await pusher.close("c", 4403, "kicked");
    expect(got).toEqual(["4403"]);
    await pusher.send("c", "hi");
    await pusher.groups?.broadcast("nobody", "hi");
    expect(meter.counts()).toMatchObject({ push: 3, broadcast: 1 });
  });

  it("broadcasts to a group's members but the excepted, and counts whom it reached", async () => {
    const pusher = createMemoryPusher({ groups: true });
    const got: Record<string, string[]> = { a: [], b: [], c: [], d: [] };
    for (const [id, texts] of Object.entries(got)) {
      pusher.attach(id, receiver(texts, id === "c" ? "throttled" : undefined));
    }
    for (const id of ["a", "b", "c", "e"]) await pusher.groups?.join("g", id);
    expect(await pusher.groups?.broadcast("g", "1")).toBe(2);
    expect(await pusher.groups?.broadcast("g", "2", { except: ["a"] })).toBe(1);
    await pusher.groups?.leave("g", "b");
    await pusher.groups?.leave("g", "nobody");
    expect(await pusher.groups?.broadcast("g", "3")).toBe(1);
    expect(await pusher.groups?.broadcast("none", "4")).toBe(0);
    expect(got).toEqual({ a: ["1", "3"], b: ["1", "2"], c: ["1", "2", "3"], d: [] });
  });
});
