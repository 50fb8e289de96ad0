import { describe, expect, it } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig, LEASE_MS } from "./dynamo-rig.ts";

const kit = await startDynamo();

/** The first answer to the next write is lost on the way; the SDK repeats the request by itself. */
const lossy = <T>(call: () => Promise<T>): Promise<T> => {
  kit.trace.loseAnswer();
  return call();
};

describe("when the answer of a write is lost", { timeout: 30_000 }, () => {
  it("a connection is opened, joined, touched, left and closed all the same", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    const until = rig.clock.now() + 2 * LEASE_MS;
    expect(await lossy(() => store.open(rig.connection("a")))).toBe(true);
    expect(await lossy(() => store.join("a", "lobby"))).toBe(true);
    expect(await lossy(() => store.touch("a", until))).toBe(true);
    expect(await store.get("a")).toMatchObject({ rooms: ["lobby"], expiresAt: until });
    expect(await store.count("lobby")).toBe(1);
    await store.join("a", "attic");
    await lossy(() => store.leave("a", "attic"));
    expect(await store.count("attic")).toBe(0);
    expect((await store.get("a"))?.rooms).toEqual(["lobby"]);
    expect(await lossy(() => store.close("a"))).toMatchObject({ rooms: ["lobby"] });
    expect(await store.close("a")).toBeUndefined();
    expect(await store.count("lobby")).toBe(0);
    expect(await lossy(() => store.open(rig.connection("a")))).toBe(false);
  });

  it("a close that somebody else won answers nothing", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    await rig.store().close("a");
    expect(await lossy(() => rig.store().close("a"))).toBeUndefined();
  });

  it("an append has appended, and is no duplicate that nobody fans out", async () => {
    const rig = await createRig(kit);
    const log = rig.log();
    const entry = (mid: string) => ({
      ...{ mid, event: "say", data: mid, ts: rig.clock.now(), digest: mid },
    });
    const { epoch } = await log.head("lobby");
    const first = await lossy(() => log.append("lobby", entry("m1"), { epoch, after: 0 }));
    expect(first).toMatchObject({ status: "appended", seq: 1 });
    const second = await lossy(() => log.append("lobby", entry("m2")));
    expect(second).toMatchObject({ status: "appended", seq: 2 });
    expect(await log.append("lobby", entry("m1"), { epoch, after: 0 })).toMatchObject({
      status: "duplicate",
    });
    expect((await log.read("lobby", { after: 0, limit: 9 })).entries).toHaveLength(2);
  });

  it("a slot that another writer took stays his", async () => {
    const rig = await createRig(kit);
    const entry = (mid: string) => ({
      ...{ mid, event: "say", data: mid, ts: rig.clock.now(), digest: mid },
    });
    const [mine, theirs] = [rig.log(), rig.log()];
    await mine.head("lobby");
    await theirs.append("lobby", entry("theirs"));
    const late = await lossy(() => mine.append("lobby", entry("mine")));
    expect(late).toMatchObject({ status: "appended", seq: 2 });
    const { entries } = await mine.read("lobby", { after: 0, limit: 9 });
    expect(entries.map(({ mid }) => mid)).toEqual(["theirs", "mine"]);
  });
});
