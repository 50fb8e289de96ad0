import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import type { WireFault } from "./table-proxy.ts";
import { createWire, stored } from "./table-wire.ts";

const wire = await createWire();

const FAULTS: readonly WireFault[] = [
  ...(["cut-before", "cut-after", "cut-within"] as const),
  { status: 503, code: "ServerBusy", headers: { "retry-after-ms": "1" } },
  { status: 500, code: "InternalError" },
];

/** Tries until it succeeds, as a client does. */
async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      expect(error).toMatchObject({ code: "unavailable" });
      expect(tries).toBeLessThan(50);
    }
  }
}

describe("a wire on which every third request fails", { timeout: 60_000 }, () => {
  it.each([1, 2])(
    "loses nothing that is acknowledged, and doubles nothing (seed %i)",
    async (seed) => {
      const { rig, client, position } = await wire.create(1);
      const random = createSeededRandom(seed);
      let struck = 0;
      wire.proxy.fault = () => {
        if (random() > 1 / 3) return undefined;
        struck++;
        return FAULTS[Math.floor(random() * FAULTS.length)];
      };
      const acked = new Map<string, number>();
      const write = async (writer: string) => {
        for (let at = 0; at < 12; at++) {
          const mid = `${writer}-${at}`;
          const log = rig.log({}, client); // Its own each time: no hint to build on.
          const result = await persist(() => log.append("lobby", rig.entry(mid), position));
          const seq =
            result.status === "duplicate" ? result.entry.seq : "seq" in result && result.seq;
          acked.set(mid, Number(seq));
        }
      };
      await Promise.all(["ann", "bob", "eve"].map(write));
      expect(struck).toBeGreaterThan(20);
      const mids = await stored(rig);
      expect(mids).toHaveLength(36);
      for (const [mid, seq] of acked) expect(mids[seq - 1]).toBe(mid);
    },
  );

  it("leaves connections and members as they were told to be", async () => {
    const { rig, client } = await wire.create(1);
    const random = createSeededRandom(3);
    wire.proxy.fault = () =>
      random() > 1 / 3 ? undefined : FAULTS[Math.floor(random() * FAULTS.length)];
    const store = rig.store({}, client);
    const live = async (id: string) => {
      expect(await persist(() => store.open(rig.connection(id)))).toBe(true);
      for (const room of ["lobby", "attic"]) {
        expect(await persist(() => store.join(id, room))).toBe(true);
      }
      await persist(() => store.leave(id, "attic"));
      await persist(() => store.touch(id, rig.clock.now() + 1e6));
      if (id > "c") await persist(() => store.close(id));
    };
    await Promise.all(["a", "b", "c", "d", "e"].map(live));
    wire.proxy.fault = () => undefined;
    const page = await rig.store().members("lobby", { limit: 9 });
    expect(page.members.map(({ connectionId }) => connectionId)).toEqual(["a", "b", "c"]);
    const rows = (await rig.rows()).filter((key) => key.startsWith("R."));
    expect(rows.every((key) => key.startsWith("R.lobby "))).toBe(true);
    expect(await rig.store().get("b")).toMatchObject({
      ...{ rooms: ["lobby"], expiresAt: rig.clock.now() + 1e6 },
    });
    expect(await rig.store().open(rig.connection("d"))).toBe(false);
  });
});
