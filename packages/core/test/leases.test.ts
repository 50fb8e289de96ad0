import { describe, expect, it } from "vitest";
import { type Changes, createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const HEARTBEAT_MS = 10_000;
const LEASE_MS = 40_000;
const PLAIN_LEASE_MS = (2 * 60 + 5) * 60_000;

async function start(changes: Changes = {}) {
  const rig = createRig(createChat({ heartbeatMs: HEARTBEAT_MS, leaseMs: LEASE_MS, ...changes }));
  const began = rig.clock.now();
  await rig.enter("ada", "lobby");
  return {
    ...rig,
    began,
    /** Sends a ping, and answers whether the lease was renewed. */
    async ping() {
      rig.faults.calls.length = 0;
      const { done } = await rig.send("ada", { type: "ping" });
      await done;
      return rig.faults.calls.includes("store.touch");
    },
    expiresAt: async () => (await rig.options.store.get("ada"))?.expiresAt,
  };
}

describe("a lease", () => {
  it("is renewed once half of it is gone, and not before", async () => {
    const { clock, ping, began, expiresAt } = await start();
    expect(await expiresAt()).toBe(began + LEASE_MS);
    await clock.advance(LEASE_MS / 2 - 1);
    expect(await ping()).toBe(false);
    await clock.advance(1);
    expect(await ping()).toBe(true);
    expect(await expiresAt()).toBe(began + LEASE_MS / 2 + LEASE_MS);
    expect(await ping()).toBe(false);
  });

  it("ends two heartbeats after the authentication at the latest, and is not renewed in vain", async () => {
    const endsAt = Date.UTC(2026, 0) + 15_000;
    const authenticate: Changes["authenticate"] = ({ token = "" }) => ({
      userId: token,
      expiresAt: endsAt,
    });
    const { clock, ping, expiresAt } = await start({ authenticate, heartbeatMs: 5000 });
    expect(clock.now()).toBe(Date.UTC(2026, 0));
    expect(await expiresAt()).toBe(endsAt + 2 * 5000);
    await clock.advance(10_000);
    expect(await ping()).toBe(false);
  });

  it("of a plain client outlives its silence, and never ends before the chat's own", async () => {
    const plain = { room: "lobby", receive: () => undefined, render: () => undefined };
    const leases = await Promise.all(
      [LEASE_MS, PLAIN_LEASE_MS + 1].map(async (leaseMs) => {
        const { hub, clock } = createRig(createChat({ plain, leaseMs }));
        const result = await hub.register({ connectionId: "p", query: { token: "ada" } });
        return result.accepted && Number(result.connection?.expiresAt) - clock.now();
      }),
    );
    expect(leases).toEqual([PLAIN_LEASE_MS, PLAIN_LEASE_MS + 1]);
  });
});

describe("an authentication", () => {
  it.each([
    [4096, true],
    [4097, false],
  ])("may be a user of 4,096 characters: %i", async (chars, accepted) => {
    const bare = JSON.stringify({ userId: "ada", bag: "" }).length;
    const user = { userId: "ada", bag: "x".repeat(chars - bare) };
    const { hub } = createRig(createChat({ authenticate: () => user }));
    const early = { connectionId: "a", subprotocols: ["hubbub.v1"], query: { token: "t" } };
    expect(await hub.register(early)).toMatchObject({ accepted });
  });

  it("may end at any time to come, or never", async () => {
    for (const expiresAt of [Date.UTC(2026, 0) + 1, Infinity, undefined]) {
      const user = expiresAt === undefined ? { userId: "ada" } : { userId: "ada", expiresAt };
      const { send } = createRig(createChat({ authenticate: () => user }));
      const { frames } = await send("a", { type: "hello", token: "t" });
      expect(frames).toMatchObject([{ type: "welcome" }]);
    }
  });
});
