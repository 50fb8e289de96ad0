import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import type { ConnectionStore, Member } from "../src/index.ts";
import { createPresence } from "../src/presence.ts";
import { resolvePresence } from "../src/presence-settings.ts";

function start(online: number, options: Parameters<typeof resolvePresence>[0] = {}) {
  const clock = createVirtualClock();
  const began = clock.now();
  const pushes: number[] = [];
  const reads: string[] = [];
  const problems: object[] = [];
  const faults = { read: false, push: false };
  const expired: string[] = [];
  const members = Array.from(
    { length: online },
    (_, n): Member => ({ connectionId: `c${n}`, userId: `u${n}`, protocol: "hubbub.v1" }),
  );
  const store: Pick<ConnectionStore, "members"> = {
    async members(room) {
      reads.push(room);
      if (faults.read) throw new Error("down");
      return { members, expired: expired.splice(0) };
    },
  };
  const note = (_: string, details?: object) => void problems.push(details ?? {});
  const presence = createPresence(
    { store: store as ConnectionStore, clock, logger: { warn: note, error: note } },
    resolvePresence(options),
    {
      expire: () => Promise.reject(new Error("down")),
      async push() {
        if (faults.push) throw new Error("down");
        pushes.push(clock.now() - began);
      },
    },
  );
  return { clock, began, pushes, reads, problems, faults, expired, presence, track: () => {} };
}

describe("a change of presence", () => {
  it.each([
    [5, 1000],
    [2000, 1000],
    [2400, 1200],
    [30_000, 15_000],
  ])("in a room of %i is pushed at once, the next after %i ms", async (online, windowMs) => {
    const pushesPerSecond = 2000;
    const { presence, clock, pushes } = start(online, { pushesPerSecond, maxListed: 1e6 });
    await presence.changed("lobby");
    expect(pushes).toEqual([0]);
    void presence.changed("lobby");
    void presence.changed("lobby");
    await clock.advance(windowMs - 1);
    expect(pushes).toEqual([0]);
    await clock.advance(1);
    expect(pushes).toEqual([0, windowMs]);
    await clock.advance(100_000);
    expect(pushes).toHaveLength(2);
  });

  it("is left to the heartbeats where the window ends at the deadline or after it", async () => {
    const { presence, clock, pushes, began } = start(1);
    await presence.changed("lobby");
    await presence.changed("lobby", began + 1000);
    await clock.advance(5000);
    expect(pushes).toEqual([0]);
    await presence.changed("lobby", clock.now() + 1);
    const late = presence.changed("lobby", clock.now() + 1001);
    await clock.advance(1000);
    await late;
    expect(pushes).toEqual([0, 5000, 6000]);
  });

  it("that can't be read or pushed is logged, and the next one is pushed", async () => {
    const { presence, clock, pushes, problems, faults } = start(1);
    faults.read = true;
    await presence.changed("lobby");
    faults.read = false;
    faults.push = true;
    await clock.advance(1000);
    await presence.changed("lobby");
    faults.push = false;
    const error = expect.any(Error);
    expect(problems).toEqual(Array(2).fill({ room: "lobby", error }));
    await clock.advance(1000);
    await presence.changed("lobby");
    expect(pushes).toEqual([2000]);
  });

  it("is pushed although the dead can't be removed, and that is logged", async () => {
    const { presence, pushes, problems, expired } = start(1);
    expired.push("dead-1", "dead-2");
    await presence.changed("lobby");
    expect(pushes).toEqual([0]);
    expect(problems).toEqual(Array(2).fill({ error: expect.any(Error) }));
  });
});

describe("recent presence", () => {
  it("is read once a window, and again after a change", async () => {
    const { presence, clock, reads, track } = start(3);
    const recent = () => presence.recent("lobby", track);
    expect(await recent()).toMatchObject({ online: 3 });
    await clock.advance(999);
    expect(await recent()).toMatchObject({ online: 3 });
    expect(reads).toHaveLength(1);
    await clock.advance(1);
    await recent();
    expect(reads).toHaveLength(2);
    await presence.changed("lobby");
    expect(reads).toHaveLength(3);
    await recent();
    expect(reads).toHaveLength(3);
    const changing = presence.changed("lobby");
    await recent();
    expect(reads).toHaveLength(4);
    await clock.advance(1000);
    await changing;
  });

  it("is read again when a read failed", async () => {
    const { presence, reads, faults, track } = start(3);
    faults.read = true;
    await expect(presence.read("lobby", track)).rejects.toThrow("down");
    faults.read = false;
    expect(await presence.recent("lobby", track)).toMatchObject({ online: 3 });
    expect(reads).toHaveLength(2);
  });

  it("is what was read last, though an earlier read fails after it", async () => {
    const { presence, reads, faults, track } = start(3);
    faults.read = true;
    const earlier = presence.read("lobby", track);
    faults.read = false;
    const later = presence.read("lobby", track);
    await expect(earlier).rejects.toThrow("down");
    expect(await later).toMatchObject({ online: 3 });
    await presence.recent("lobby", track);
    expect(reads).toHaveLength(2);
  });

  it("is remembered of 10,000 rooms", async () => {
    const { presence, reads, track } = start(0);
    for (let room = 0; room < 10_000; room++) await presence.read(`room-${room}`, track);
    await presence.recent("room-0", track);
    expect(reads).toHaveLength(10_000);
    await presence.recent("one more", track);
    await presence.recent("room-1", track);
    expect(reads).toHaveLength(10_001);
    await presence.recent("room-0", track);
    expect(reads).toHaveLength(10_002);
  });
});
