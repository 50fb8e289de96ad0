import { describe, expect, it } from "vitest";
import { createSeededRandom, type WebSocketMessageEvent } from "../../../src/aws.ts";
import { connect, createTestClock, startGateway } from "../../kit.ts";

describe("order and delay", () => {
  const order = async (seed: number) => {
    const clock = createTestClock();
    const handled: string[] = [];
    const gateway = await startGateway({
      ...{ clock, random: createSeededRandom(seed), latency: { invokeMs: [0, 1000] } },
      routes: {
        $default: async ({ body }: WebSocketMessageEvent) => handled.push(body),
      },
    });
    const { ws } = await connect(gateway.url);
    const before = clock.timers;
    for (let index = 0; index < 8; index++) ws.send(String(index));
    while (clock.timers < before + 8) await new Promise(setImmediate);
    expect(handled).toEqual([]);
    await clock.advance(1000);
    return handled.join("");
  };

  it("is shuffled by a range of latencies, the same way for the same seed", async () => {
    const [first, again, other] = [await order(1), await order(1), await order(2)];
    expect(first).not.toBe("01234567");
    expect([...first].sort().join("")).toBe("01234567");
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("duplicates, delays and drops invocations on demand", async () => {
    const clock = createTestClock();
    const handled: string[] = [];
    const gateway = await startGateway({
      clock,
      faults: {
        invocations: (event) => {
          const body = "body" in event ? event.body : "";
          return { twice: [0, 500], late: [2000], never: [] }[body] ?? [0];
        },
      },
      routes: {
        $default: async (event: WebSocketMessageEvent) => {
          handled.push(`${event.body} ${event.requestContext.requestId}`);
          event.body = "changed"; // A copy does not see what another one did to its event.
        },
      },
    });
    const { ws } = await connect(gateway.url);
    for (const text of ["never", "late", "twice", "plain"]) ws.send(text);
    while (handled.length < 2) await new Promise(setImmediate);
    const names = () => handled.map((line) => line.split(" ")[0]);
    expect(names()).toEqual(["twice", "plain"]);
    await clock.advance(500);
    expect(names()).toEqual(["twice", "plain", "twice"]);
    expect(handled[2]).toBe(handled[0]); // The same event, its ids included.
    await clock.advance(10_000);
    expect(names()).toEqual(["twice", "plain", "twice", "late"]);
  });
});
