import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { createRig, NO_JSON_OF_OURS } from "./cos-rig.ts";

const kit = await startCosKit();

describe("objects among a user's connections that are none", () => {
  const long = "x".repeat(300);
  const names = ["!", "a__b", "a_zz_", "_", ".", ".abc", "a/b", "Zoë", "%"];

  it.each(names)("(%s) are passed over, with one warning", async (name) => {
    const rig = createRig(kit);
    const user = { userId: "ann" };
    for (const id of ["conn-a", long]) await rig.store().open(kit.connection(id, { user }));
    rig.put(rig.keys.user("ann") + name, '"conn-a"');
    const store = rig.store();
    for (let times = 0; times < 2; times++) {
      expect([...(await store.connectionsOf("ann"))].sort()).toEqual(["conn-a", long].sort());
    }
    // `_` is the key of an id that is empty: a connection that is not there.
    expect(rig.warnings).toEqual(
      name === "_"
        ? []
        : [{ message: expect.stringContaining("a connection of a user"), details: undefined }],
    );
  });

  it.each([...NO_JSON_OF_OURS, '"conn-a"', "[1]"])(
    "(%j for an id) are passed over, with one warning",
    async (text) => {
      const rig = createRig(kit);
      const user = { userId: "ann" };
      for (const id of ["conn-a", long]) await rig.store().open(kit.connection(id, { user }));
      rig.put(rig.keys.userConnection("ann", long), text);
      expect(await rig.store().connectionsOf("ann")).toEqual(["conn-a"]);
      expect(rig.warnings).toHaveLength(1);
    },
  );

  it("are not read, unless their key is a hash, and are no warning once they are gone", async () => {
    const rig = createRig(kit);
    const user = { userId: "ann" };
    for (const id of ["conn-a", long]) await rig.store().open(kit.connection(id, { user }));
    for (const name of names) rig.put(rig.keys.user("ann") + name, '"conn-a"');
    const read: string[] = [];
    kit.cos.faults.requests = ({ action, key }) => {
      if (action !== "GetObject" || !key.startsWith(rig.keys.user("ann"))) return undefined;
      read.push(key);
      return { error: "NoSuchKey" };
    };
    const found = await rig.store().connectionsOf("ann");
    kit.cos.faults.requests = () => undefined;
    expect(found).toEqual(["conn-a"]);
    expect(read).toEqual([rig.keys.userConnection("ann", long)]);
    expect(rig.warnings).toHaveLength(names.length - 1); // All but the key of an empty id.
  });
});
