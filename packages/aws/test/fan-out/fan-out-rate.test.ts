import type { PushResult } from "@hubbub/core";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { limitRate } from "../../src/fan-out-rate.ts";

function start(perSecond: number) {
  const clock = createVirtualClock();
  const sentAt: number[] = [];
  const begin = clock.now();
  const pusher = limitRate(
    {
      send: async (): Promise<PushResult> => {
        sentAt.push(clock.now() - begin);
        return "sent";
      },
      close: async () => undefined,
    },
    perSecond,
    clock,
  );
  return {
    clock,
    sentAt,
    send: (count: number) => {
      for (let n = 0; n < count; n++) void pusher.send("c", "text");
    },
  };
}

describe("limitRate", () => {
  it("sends evenly, after a tenth of a second's share at once", async () => {
    const { clock, sentAt, send } = start(100);
    send(60);
    await clock.advance(0);
    expect(sentAt.length).toBe(10);
    await clock.advance(500);
    expect(sentAt.length).toBe(60);
    expect(sentAt.at(-1)).toBe(500);
  });

  it("never sends more in any second than its rate and that share", async () => {
    const { clock, sentAt, send } = start(50);
    for (let step = 0; step < 40; step++) {
      send(step % 7);
      await clock.advance(100);
    }
    await clock.advance(5000);
    for (const from of sentAt) {
      const within = sentAt.filter((at) => at >= from && at < from + 1000);
      expect(within.length).toBeLessThanOrEqual(56);
    }
    expect(sentAt.length).toBe(Array.from({ length: 40 }, (_, n) => n % 7).reduce((a, b) => a + b));
  });

  it("saves nothing up while nobody sends", async () => {
    const { clock, sentAt, send } = start(10);
    await clock.advance(60_000);
    send(5);
    await clock.advance(0);
    expect(sentAt.length).toBe(1);
  });
});
