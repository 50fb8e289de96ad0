import { describe, expect, it } from "vitest";
import { createWire, errorOf, isWrite, stored } from "./table-wire.ts";

const wire = await createWire();

describe("answers in the server's place", { timeout: 30_000 }, () => {
  it("503 with Retry-After is waited for, and the message stored once", async () => {
    const { rig, client } = await wire.create();
    wire.nextWrites({ status: 503, code: "ServerBusy", headers: { "retry-after-ms": "1" } }, 6);
    expect(await rig.log({}, client).append("lobby", rig.entry("m1"))).toMatchObject({ seq: 1 });
    expect(wire.proxy.methods.filter(isWrite)).toHaveLength(7);
    expect(await stored(rig)).toEqual(["m1"]);
  });

  it("503 for good is one error after 20 requests", async () => {
    const { rig, client } = await wire.create();
    wire.nextWrites({ status: 503, code: "ServerBusy", headers: { "retry-after-ms": "1" } }, 99);
    const failed = await errorOf(rig.log({}, client).append("lobby", rig.entry("m1")));
    expect(failed).toMatchObject({ code: "unavailable" });
    expect(wire.proxy.methods.filter(isWrite)).toHaveLength(5 * 4);
    expect(await stored(rig)).toEqual([]);
  });

  it("503 that wants an hour's patience is given up in time", async () => {
    const { rig, client } = await wire.create();
    wire.nextWrites({ status: 503, code: "ServerBusy", headers: { "retry-after": "3600" } }, 99);
    const log = rig.log({ timeoutMs: 1000 }, client);
    const failed = await errorOf(log.append("lobby", rig.entry("m1")));
    expect(failed).toMatchObject({ code: "unavailable" });
    expect(wire.proxy.methods.filter(isWrite).length).toBeLessThanOrEqual(1);
  });

  it("409 for a slot that is free is looked into, and again a bounded number of times", async () => {
    const { rig, client } = await wire.create();
    wire.nextWrites({ status: 409, code: "EntityAlreadyExists" }, 2);
    expect(await rig.log({}, client).append("lobby", rig.entry("m1"))).toMatchObject({ seq: 1 });
    wire.nextWrites({ status: 409, code: "EntityAlreadyExists" }, 999);
    wire.proxy.methods.length = 0;
    const failed = await errorOf(rig.log({}, client).append("lobby", rig.entry("m2")));
    expect(failed).toMatchObject({ code: "unavailable" });
    expect(wire.proxy.methods.filter(isWrite)).toHaveLength(32);
    expect(await stored(rig)).toEqual(["m1"]);
  });

  it("409 of another kind is an error, not somebody else's message", async () => {
    const { rig, client } = await wire.create();
    wire.nextWrites({ status: 409, code: "TableBeingDeleted" });
    const failed = await errorOf(rig.log({}, client).append("lobby", rig.entry("m1")));
    expect(failed).toMatchObject({ code: "unavailable" });
    expect(wire.proxy.methods.filter(isWrite)).toHaveLength(1);
  });

  it("412 begins a join again, a bounded number of times, and leaves no member behind", async () => {
    const { rig, client } = await wire.create();
    await rig.enter("a");
    const store = rig.store({}, client);
    const refused = { status: 412, code: "UpdateConditionNotSatisfied" };
    let left = 2;
    wire.proxy.fault = ({ method, path }) =>
      isWrite(method) && path.includes("C.") && left-- > 0 ? refused : undefined;
    expect(await store.join("a", "lobby")).toBe(true);
    left = 0;
    wire.proxy.methods.length = 0;
    wire.proxy.fault = ({ method, path }) =>
      isWrite(method) && path.includes("C.") && ++left ? refused : undefined;
    expect(await errorOf(store.join("a", "attic"))).toMatchObject({ code: "unavailable" });
    expect(left).toBe(24 + 24); // The join's own tries, and those of what it leaves behind.
    wire.proxy.fault = () => undefined;
    expect(await rig.store().get("a")).toMatchObject({ rooms: ["lobby"] });
  });

  it.each([
    ["without a code", {}],
    ["of a stranger", { code: "AccountNotFound" }],
  ])("404 %s is an error: no room is empty and no log unborn for it", async (_, extra) => {
    const { rig, client } = await wire.create();
    await rig.enter("a", "lobby");
    await rig.log().append("lobby", rig.entry("m1"));
    wire.proxy.fault = () => ({ status: 404, ...extra });
    const store = rig.store({}, client);
    const log = rig.log({}, client);
    for (const call of [
      () => store.members("lobby", { limit: 9 }),
      () => store.count("lobby"),
      () => store.get("a"),
      () => store.connectionsOf("user-of-a"),
      () => store.join("a", "attic"),
      () => store.close("a"),
      () => store.touch("a", rig.clock.now() + 1e6),
      () => log.head("lobby"),
      () => log.append("lobby", rig.entry("m2")),
    ]) {
      expect(await errorOf(call())).toMatchObject({ code: "unavailable" });
    }
    wire.proxy.fault = () => undefined;
    expect(await store.get("a")).toMatchObject({ rooms: ["lobby"] });
    expect(await stored(rig)).toEqual(["m1"]);
  });

  it("404 of a table that is gone is named, once", async () => {
    const { rig, client } = await wire.create();
    await rig.log({}, client).append("lobby", rig.entry("m1"));
    await client.deleteTable();
    const logged: string[] = [];
    const logger = { error: (message: string) => void logged.push(message), warn: () => {} };
    const log = rig.log({ logger }, client);
    for (const call of [log.head("lobby"), log.append("lobby", rig.entry("m2"))]) {
      expect(await errorOf(call)).toMatchObject({
        code: "unavailable",
        problem: "table_not_found",
      });
    }
    expect(logged).toHaveLength(1);
  });
});
