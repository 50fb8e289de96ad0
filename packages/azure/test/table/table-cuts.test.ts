import { describe, expect, it } from "vitest";
import { TableSetupError } from "../../src/table-errors.ts";
import { createWire, errorOf, isWrite, stored } from "./table-wire.ts";

const wire = await createWire();
const CUTS = ["cut-before", "cut-after", "cut-within"] as const;

describe("a connection that is cut", { timeout: 30_000 }, () => {
  it.each(CUTS)(
    "while a message is appended (%s) costs a retry, and stores it once",
    async (cut) => {
      const { rig, client } = await wire.create();
      wire.nextWrites(cut);
      const log = rig.log({}, client);
      expect(await log.append("lobby", rig.entry("m1"))).toMatchObject({
        status: "appended",
        seq: 1,
      });
      expect(await log.append("lobby", rig.entry("m2"))).toMatchObject({ seq: 2 });
      expect(await stored(rig)).toEqual(["m1", "m2"]);
    },
  );

  it.each(CUTS)(
    "for good (%s) is one error after few requests, and the sender's retry decides",
    async (cut) => {
      const { rig, client, position } = await wire.create(2);
      wire.proxy.fault = ({ method }) => (isWrite(method) ? cut : undefined);
      const failed = await errorOf(rig.log({}, client).append("lobby", rig.entry("m1"), position));
      const wasStored = (await stored(rig)).length;
      if (wasStored) expect(failed === undefined || cut !== "cut-before").toBe(true);
      else expect(failed).toMatchObject({ code: "unavailable" });
      expect(wire.proxy.methods.filter(isWrite).length).toBeLessThanOrEqual(3);
      wire.proxy.fault = () => undefined;
      const retry = await rig.log({}, client).append("lobby", rig.entry("m1"), position);
      expect(retry.status).toBe(wasStored ? "duplicate" : "appended");
      expect(await stored(rig)).toEqual(["m1"]);
    },
  );

  it.each(CUTS)("while members are listed (%s) makes no room smaller", async (cut) => {
    const { rig, client } = await wire.create();
    for (const id of ["a", "b", "c"]) await rig.enter(id, "lobby");
    let left = 1;
    wire.proxy.fault = ({ path }) => (path.includes("filter") && left-- > 0 ? cut : undefined);
    const store = rig.store({}, client);
    const page = await store.members("lobby", { limit: 9 }).catch((error: unknown) => error);
    if (page instanceof Error) expect(page).toMatchObject({ code: "unavailable" });
    else expect(page).toMatchObject({ members: [{}, {}, {}] });
    expect(left).toBeLessThan(1);
    expect(await store.count("lobby")).toBe(3);
  });

  it.each(CUTS)(
    "within each write of a connection's life (%s) changes nothing of it",
    async (cut) => {
      const { rig, client } = await wire.create();
      const store = rig.store({}, client);
      let last = "";
      // The first of each pair of the same request is struck, so that every one of them is.
      wire.proxy.fault = ({ method, path }) => {
        const key = `${method} ${path}`;
        if (!isWrite(method) || key === last) return undefined;
        last = key;
        return cut;
      };
      // Half an answer to a transaction is one that the SDK cannot read, and does not repeat.
      const again = async <T>(call: () => Promise<T>): Promise<T> => {
        if (cut !== "cut-within") return call();
        expect(await errorOf(call())).toMatchObject({ code: "unavailable" });
        return call();
      };
      expect(await again(() => store.open(rig.connection("a")))).toBe(true);
      expect(await store.join("a", "lobby")).toBe(true);
      expect(await store.join("a", "attic")).toBe(true);
      expect((await store.members("lobby", { limit: 9 })).members).toHaveLength(1);
      expect(await store.leave("a", "attic")).toBe(true);
      expect(await store.touch("a", rig.clock.now() + 1e6)).toBe(true);
      expect(await store.get("a")).toMatchObject({
        rooms: ["lobby"],
        expiresAt: rig.clock.now() + 1e6,
      });
      const closed = await again(() => store.close("a"));
      if (cut !== "cut-within") expect(closed).toMatchObject({ rooms: ["lobby"] });
      expect(await again(() => store.open(rig.connection("a")))).toBe(false);
      expect(await store.count("lobby")).toBe(0);
      expect((await rig.rows()).filter((key) => key.startsWith("R."))).toEqual([]);
    },
  );
});

describe("a server that hangs", { timeout: 30_000 }, () => {
  it.each(["hang-before", "hang-after"] as const)("(%s) is given up in time", async (hang) => {
    const { rig, client, position } = await wire.create();
    wire.proxy.fault = ({ method }) => (isWrite(method) ? hang : undefined);
    const log = rig.log({ timeoutMs: 1000 }, client);
    const failed = await errorOf(log.append("lobby", rig.entry("m1"), position));
    expect(failed).toMatchObject({ code: "unavailable" });
    expect(failed).not.toBeInstanceOf(TableSetupError);
    expect(wire.proxy.methods.filter(isWrite).length).toBeLessThanOrEqual(1);
    const wasStored = (await stored(rig)).length === 1;
    if (hang === "hang-before") expect(wasStored).toBe(false);
    const { status } = await rig.log().append("lobby", rig.entry("m1"), position);
    expect(status).toBe(wasStored ? "duplicate" : "appended");
    expect(await stored(rig)).toEqual(["m1"]);
  });
});
